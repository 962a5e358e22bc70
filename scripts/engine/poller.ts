import { isAwsError, type AwsAccess } from "../aws";
import type { Place } from "../../topology";
import type { Clock } from "./clock";
import type { CopyFate, CopyWatcher, SeenCopy, ShownCopy } from "./copy";
import { interrupted } from "./errors";
import type { CopyProgress } from "./events";
import { Forecast, nextLook } from "./forecast";
import { placeId } from "./place-id";
import type { Settings } from "./settings";

/** How a copy ended. `missing`: it was started, and AWS does not return it. */
export type CopyEnd = ({ readonly state: CopyFate } & ShownCopy) | { readonly state: "missing" };

/** The kind of the pending copies, which can read them. */
export interface WatchedKind {
  readonly name: string;
  watcher(aws: AwsAccess, place: Place): CopyWatcher;
}

/** How often a check that fails for a temporary reason is repeated before the waiting copies fail. */
const FAILED_LOOKS = 10;

interface Waiting {
  readonly copyId: string;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly onProgress: (progress: CopyProgress) => void;
  readonly resolve: (end: CopyEnd) => void;
  readonly reject: (error: unknown) => void;
  readonly forecast: Forecast;
  last: string;
  /** Since when AWS has not returned it, milliseconds since 1970; absent: it was in the last response. */
  absentSince?: number;
}

/** All waiting of a run: one poller for each kind, account and Region, created at first use. */
export class CopyPollers {
  private readonly pollers = new Map<string, CopyPoller>();

  constructor(
    private readonly aws: AwsAccess,
    private readonly clock: Clock,
    private readonly settings: Settings,
    private readonly signal: AbortSignal,
  ) {}

  /** @throws KeyferryError `Interrupted` when the run is stopped; the copy itself continues in AWS */
  wait(
    kind: WatchedKind,
    place: Place,
    copyId: string,
    onProgress: (progress: CopyProgress) => void,
  ): Promise<CopyEnd> {
    const id = `${kind.name} ${placeId(place)}`;
    const poller =
      this.pollers.get(id) ??
      new CopyPoller(kind.watcher(this.aws, place), this.clock, this.settings, this.signal);
    this.pollers.set(id, poller);
    return poller.wait(copyId, onProgress);
  }
}

/**
 * Reads all waiting copies of one kind, account and Region with as few calls as possible: when the first of them is
 * expected to have ended, from their progress so far.
 */
export class CopyPoller {
  private readonly waiting = new Map<string, Waiting>();
  private loop: Promise<void> | undefined;
  private nap: AbortController | undefined;
  private failedLooks = 0;
  private lookedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly watcher: CopyWatcher,
    private readonly clock: Clock,
    private readonly settings: Settings,
    private readonly signal: AbortSignal,
  ) {}

  wait(copyId: string, onProgress: (progress: CopyProgress) => void): Promise<CopyEnd> {
    return new Promise((resolve, reject) => {
      if (this.signal.aborted) return reject(interrupted());
      const since = this.now();
      const forecast = new Forecast(since, this.settings);
      this.waiting.set(copyId, {
        copyId,
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

  /** Waits for the next check; false if another copy joined in the meantime, which may need an earlier one. */
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

  /** Seconds between two checks; longer while they fail, so that the run survives a network outage of minutes. */
  private shortestPause(): number {
    const { pollMinSeconds, pollMaxSeconds } = this.settings;
    return Math.min(pollMinSeconds * 2 ** this.failedLooks, pollMaxSeconds);
  }

  /** One check; a temporary failure of the call counts as "nothing changed". */
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
    const wantsProgress = (id: string) => this.waiting.get(id)?.forecast.wantsProgress(this.now()) ?? false;
    const seen = await this.watcher.look(asked, wantsProgress);
    for (const id of asked) {
      const copy = this.waiting.get(id);
      if (copy !== undefined) this.settle(copy, seen.get(id));
    }
  }

  /** Reports a copy's end or progress. */
  private settle(copy: Waiting, seen: SeenCopy | undefined): void {
    const now = this.now();
    if (seen === undefined) {
      copy.forecast.unknown(now);
      // A copy that AWS returned before may be missing from one response; this must not lead to a second copy.
      copy.absentSince ??= now;
      if ((now - copy.absentSince) / 1000 >= this.settings.missingAfterSeconds)
        this.end(copy, { state: "missing" });
      return;
    }
    delete copy.absentSince;
    const { fate, progress } = seen;
    if (fate !== undefined)
      return this.end(copy, { state: fate, copy: seen.copy, snapshots: seen.snapshots });
    if (progress === undefined) return copy.forecast.unknown(now);
    copy.forecast.progress(now, progress.percent);
    const text = JSON.stringify(progress);
    if (text === copy.last) return;
    copy.last = text;
    copy.onProgress(progress);
  }

  private end(copy: Waiting, end: CopyEnd): void {
    this.waiting.delete(copy.copyId);
    copy.resolve(end);
  }

  private now(): number {
    return this.clock.now().getTime();
  }
}
