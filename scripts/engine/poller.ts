import { isAwsError, type AwsAccess, type ImagesPort, type ImageView, type SnapshotView } from "../aws";
import type { Place } from "../../topology";
import type { Clock } from "./clock";
import { interrupted } from "./errors";
import type { CopyProgress } from "./events";
import { Forecast, nextLook } from "./forecast";
import { placeId } from "./place-id";
import type { Settings } from "./settings";

/** How a copy ended. `missing`: it was started, and AWS does not know it. */
export type CopyEnd =
  | {
      readonly state: "available" | "dead" | "disabled";
      readonly image: ImageView;
      readonly snapshots: readonly SnapshotView[];
    }
  | { readonly state: "missing" };

/** Image states from which no copy comes back. Source: EC2 API reference, `Image.State`. */
const DEAD_STATES: ReadonlySet<string> = new Set(["failed", "error", "invalid", "deregistered"]);

export function isDead(image: ImageView): boolean {
  return DEAD_STATES.has(image.state);
}

/** Whether somebody has disabled an image: it stands, and nothing will change that but their enabling it. */
export function isDisabled(image: ImageView): boolean {
  return image.state === "disabled";
}

/** A look that fails for a passing reason is repeated so often before the waiting copies fail. */
const FAILED_LOOKS = 10;

interface Waiting {
  readonly imageId: string;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly onProgress: (progress: CopyProgress) => void;
  readonly resolve: (end: CopyEnd) => void;
  readonly reject: (error: unknown) => void;
  readonly forecast: Forecast;
  last: string;
  /** Since when it has not been described, milliseconds since 1970; absent: it was in the last look. */
  absentSince?: number;
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
 * Looks at all waiting copies of one account and Region with as few calls as possible: when the first of them can be
 * expected to have ended, by their own progress so far.
 */
export class CopyPoller {
  private readonly waiting = new Map<string, Waiting>();
  private loop: Promise<void> | undefined;
  private nap: AbortController | undefined;
  private failedLooks = 0;
  private lookedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly images: ImagesPort,
    private readonly clock: Clock,
    private readonly settings: Settings,
    private readonly signal: AbortSignal,
  ) {}

  wait(imageId: string, onProgress: (progress: CopyProgress) => void): Promise<CopyEnd> {
    return new Promise((resolve, reject) => {
      if (this.signal.aborted) return reject(interrupted());
      const since = this.now();
      const forecast = new Forecast(since, this.settings);
      this.waiting.set(imageId, {
        imageId,
        since,
        onProgress,
        resolve,
        reject,
        forecast,
        last: "",
        absentSince: since,
      });
      this.loop ??= this.run();
      this.nap?.abort();
    });
  }

  private async run(): Promise<void> {
    const wake = () => this.nap?.abort();
    this.signal.addEventListener("abort", wake);
    try {
      while (this.waiting.size > 0) {
        if (await this.isDue()) await this.lookOrCount();
      }
    } catch (error) {
      for (const copy of this.waiting.values()) copy.reject(error);
      this.waiting.clear();
    } finally {
      this.signal.removeEventListener("abort", wake);
      this.loop = undefined;
    }
  }

  /** Waits for the time of the next look; false when another copy has joined meanwhile, which may want an earlier one. */
  private async isDue(): Promise<boolean> {
    const at = Math.max(
      nextLook([...this.waiting.values()].map((copy) => copy.forecast)),
      this.lookedAt + this.shortestPause() * 1000,
    );
    const nap = new AbortController();
    this.nap = nap;
    try {
      if (this.signal.aborted) throw interrupted();
      const seconds = (at - this.now()) / 1000;
      if (seconds > 0) await this.clock.sleep(seconds, nap.signal);
      return true;
    } catch (error) {
      if (this.signal.aborted || !nap.signal.aborted) throw error;
      return false;
    } finally {
      this.nap = undefined;
    }
  }

  /** Seconds between two looks; longer while they fail, so that a network that is gone for minutes is outlasted. */
  private shortestPause(): number {
    const { pollMinSeconds, pollMaxSeconds } = this.settings;
    return Math.min(pollMinSeconds * 2 ** this.failedLooks, pollMaxSeconds);
  }

  /** A look; a passing failure of the call counts as "nothing changed". */
  private async lookOrCount(): Promise<void> {
    try {
      await this.look();
      this.failedLooks = 0;
    } catch (error) {
      this.failedLooks += 1;
      if (!isAwsError(error) || !error.answer.transient || this.failedLooks >= FAILED_LOOKS) throw error;
    } finally {
      this.lookedAt = this.now();
    }
  }

  private async look(): Promise<void> {
    const asked = [...this.waiting.keys()];
    const images = new Map(
      (await this.images.describeImages({ "image-id": asked })).map((image) => [image.id, image]),
    );
    const snapshots = await this.snapshotsOf([...images.values()]);
    for (const imageId of asked) {
      const copy = this.waiting.get(imageId);
      const image = images.get(imageId);
      const details = snapshots.get(imageId);
      if (copy !== undefined) this.settle(copy, image, details);
    }
  }

  /**
   * The snapshots by image id; undefined where nobody needs them now. Only they tell how far a copy is, why it died, and
   * under which key it stands; where one copy needs them, one call asks for those of all.
   */
  private async snapshotsOf(
    images: readonly ImageView[],
  ): Promise<ReadonlyMap<string, readonly SnapshotView[]>> {
    const ids = images.flatMap((image) => image.volumes.map((volume) => volume.snapshotId));
    if (ids.length === 0 || !images.some((image) => this.needsSnapshots(image))) return new Map();
    const found = new Map(
      (await this.images.describeSnapshots({ "snapshot-id": ids })).map((one) => [one.snapshotId, one]),
    );
    return new Map(
      images.map(({ id: imageId, volumes }) => [
        imageId,
        volumes.flatMap((volume) => found.get(volume.snapshotId) ?? []),
      ]),
    );
  }

  private needsSnapshots(image: ImageView): boolean {
    if (endOf(image) !== undefined) return true;
    return this.waiting.get(image.id)?.forecast.wantsProgress(this.now()) ?? false;
  }

  /** Tells a copy's end or progress. */
  private settle(
    copy: Waiting,
    image: ImageView | undefined,
    snapshots: readonly SnapshotView[] | undefined,
  ): void {
    const now = this.now();
    if (image === undefined) {
      copy.forecast.unknown(now);
      // What was described before may be left out of one answer, and a second copy must not come of that.
      copy.absentSince ??= now;
      if ((now - copy.absentSince) / 1000 >= this.settings.missingAfterSeconds)
        this.end(copy, { state: "missing" });
      return;
    }
    delete copy.absentSince;
    const state = endOf(image);
    if (state !== undefined) return this.end(copy, { state, image, snapshots: snapshots ?? [] });
    if (snapshots === undefined) return copy.forecast.unknown(now);
    const progress = progressOf(image, snapshots);
    copy.forecast.progress(now, progress.percent);
    const text = JSON.stringify(progress);
    if (text === copy.last) return;
    copy.last = text;
    copy.onProgress(progress);
  }

  private end(copy: Waiting, end: CopyEnd): void {
    this.waiting.delete(copy.imageId);
    copy.resolve(end);
  }

  private now(): number {
    return this.clock.now().getTime();
  }
}

/** How an image's copy has ended; undefined while it is under way. */
function endOf(image: ImageView): Exclude<CopyEnd["state"], "missing"> | undefined {
  if (image.state === "available") return "available";
  if (isDisabled(image)) return "disabled";
  return isDead(image) ? "dead" : undefined;
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
