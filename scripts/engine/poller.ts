import { isAwsError, type AwsAccess, type ImagesPort, type ImageView, type SnapshotView } from "../aws";
import type { Place } from "../../topology";
import type { Clock } from "./clock";
import { interrupted } from "./errors";
import type { CopyProgress } from "./events";
import { placeId } from "./limiter";
import type { Settings } from "./settings";

/** How a copy ended. `missing`: it was started, and AWS does not know it. */
export type CopyEnd =
  | { readonly state: "available"; readonly image: ImageView }
  | { readonly state: "dead"; readonly image: ImageView; readonly snapshots: readonly SnapshotView[] }
  | { readonly state: "missing" };

/** Image states from which no copy comes back. Source: EC2 API reference, `Image.State`. */
const DEAD_STATES: ReadonlySet<string> = new Set(["failed", "error", "invalid", "deregistered"]);

export function isDead(image: ImageView): boolean {
  return DEAD_STATES.has(image.state);
}

/** Values that one Describe filter takes. Source: EC2 API reference, DescribeImages ("filter values"). */
const FILTER_VALUES = 200;

/** A look that fails for a passing reason is repeated so often before the waiting copies fail. */
const FAILED_LOOKS = 10;

interface Waiting {
  readonly imageId: string;
  readonly since: Date;
  readonly onProgress: (progress: CopyProgress) => void;
  readonly resolve: (end: CopyEnd) => void;
  readonly reject: (error: unknown) => void;
  last: string;
}

/** All waiting of a run: one poller for each account and Region, made at first use. */
export class CopyPollers {
  private readonly pollers = new Map<string, CopyPoller>();

  constructor(
    private readonly aws: AwsAccess,
    private readonly clock: Clock,
    private readonly settings: Settings,
    private readonly signal: AbortSignal,
  ) {}

  /** @throws KeyferryError `Interrupted` when the run is stopped; the copy itself goes on in AWS */
  wait(place: Place, imageId: string, onProgress: (progress: CopyProgress) => void): Promise<CopyEnd> {
    const id = placeId(place);
    const poller =
      this.pollers.get(id) ?? new CopyPoller(this.aws.images(place), this.clock, this.settings, this.signal);
    this.pollers.set(id, poller);
    return poller.wait(imageId, onProgress);
  }
}

/**
 * Looks at all waiting copies of one account and Region with as few calls as possible. The pause grows while nothing
 * changes and falls back to the shortest as soon as something does.
 */
export class CopyPoller {
  private readonly waiting = new Map<string, Waiting>();
  private loop: Promise<void> | undefined;
  private failedLooks = 0;

  constructor(
    private readonly images: ImagesPort,
    private readonly clock: Clock,
    private readonly settings: Settings,
    private readonly signal: AbortSignal,
  ) {}

  wait(imageId: string, onProgress: (progress: CopyProgress) => void): Promise<CopyEnd> {
    return new Promise((resolve, reject) => {
      if (this.signal.aborted) return reject(interrupted());
      this.waiting.set(imageId, { imageId, since: this.clock.now(), onProgress, resolve, reject, last: "" });
      this.loop ??= this.run();
    });
  }

  private async run(): Promise<void> {
    let pauseSeconds = this.settings.pollMinSeconds;
    try {
      while (this.waiting.size > 0) {
        const changed = await this.lookOrCount();
        if (this.waiting.size === 0) break;
        pauseSeconds = changed
          ? this.settings.pollMinSeconds
          : Math.min(pauseSeconds * 1.5, this.settings.pollMaxSeconds);
        await this.clock.sleep(pauseSeconds, this.signal);
      }
    } catch (error) {
      for (const copy of this.waiting.values()) copy.reject(error);
      this.waiting.clear();
    } finally {
      this.loop = undefined;
    }
  }

  /** A look; a passing failure of the call counts as "nothing changed". */
  private async lookOrCount(): Promise<boolean> {
    try {
      const changed = await this.look();
      this.failedLooks = 0;
      return changed;
    } catch (error) {
      this.failedLooks += 1;
      if (!isAwsError(error) || !error.answer.transient || this.failedLooks >= FAILED_LOOKS) throw error;
      return false;
    }
  }

  private async look(): Promise<boolean> {
    const images = new Map(
      (
        await inChunks([...this.waiting.keys()], (ids) => this.images.describeImages({ "image-id": ids }))
      ).map((image) => [image.imageId, image]),
    );
    const unfinished = [...images.values()].filter((image) => image.state !== "available");
    const snapshotIds = unfinished.flatMap((image) => image.volumes.map((volume) => volume.snapshotId));
    const snapshots = new Map(
      (await inChunks(snapshotIds, (ids) => this.images.describeSnapshots({ "snapshot-id": ids }))).map(
        (snapshot) => [snapshot.snapshotId, snapshot],
      ),
    );
    let changed = false;
    for (const copy of [...this.waiting.values()]) {
      const image = images.get(copy.imageId);
      const parts = (image?.volumes ?? []).flatMap((volume) => snapshots.get(volume.snapshotId) ?? []);
      if (this.settle(copy, image, parts)) changed = true;
    }
    return changed;
  }

  /** Tells a copy's end or progress; true when anything changed since the last look. */
  private settle(copy: Waiting, image: ImageView | undefined, snapshots: readonly SnapshotView[]): boolean {
    if (image === undefined) {
      const unseenSeconds = (this.clock.now().getTime() - copy.since.getTime()) / 1000;
      if (unseenSeconds < this.settings.missingAfterSeconds) return false;
      return this.end(copy, { state: "missing" });
    }
    if (image.state === "available") return this.end(copy, { state: "available", image });
    if (isDead(image)) return this.end(copy, { state: "dead", image, snapshots });
    const progress = progressOf(image, snapshots);
    const text = JSON.stringify(progress);
    if (text === copy.last) return false;
    copy.last = text;
    copy.onProgress(progress);
    return true;
  }

  private end(copy: Waiting, end: CopyEnd): true {
    this.waiting.delete(copy.imageId);
    copy.resolve(end);
    return true;
  }
}

function progressOf(image: ImageView, snapshots: readonly SnapshotView[]): CopyProgress {
  const totalGiB = snapshots.reduce((sum, snapshot) => sum + snapshot.sizeGiB, 0);
  const doneGiB = snapshots.reduce(
    (sum, snapshot) => sum + (snapshot.sizeGiB * snapshot.progressPercent) / 100,
    0,
  );
  const reason = reasonOf(image, snapshots);
  return {
    state: image.state,
    percent: totalGiB === 0 ? 0 : Math.floor((doneGiB / totalGiB) * 100),
    ...(reason === undefined ? {} : { reason }),
  };
}

/** AWS's own words: the snapshots' come first, because only they tell what happened to a key. */
export function reasonOf(image: ImageView, snapshots: readonly SnapshotView[]): string | undefined {
  return snapshots.find((snapshot) => snapshot.stateMessage !== undefined)?.stateMessage ?? image.stateReason;
}

/** One call after the other: a poller's calls are few, and throttling is per account. */
async function inChunks<T>(
  ids: readonly string[],
  look: (chunk: readonly string[]) => Promise<readonly T[]>,
): Promise<T[]> {
  const found: T[] = [];
  for (let start = 0; start < ids.length; start += FILTER_VALUES) {
    found.push(...(await look(ids.slice(start, start + FILTER_VALUES))));
  }
  return found;
}
