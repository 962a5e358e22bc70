import { interrupted } from "./errors";

/** Time as the engine sees it, so that tests need no real seconds. */
export interface Clock {
  now(): Date;
  /** Seconds by a monotonic clock, which is never set; it may stop while the machine sleeps. */
  steady(): number;
  /**
   * @param seconds how long
   * @throws KeyferryError `Interrupted` as soon as the signal is aborted
   */
  sleep(seconds: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => new Date(),
  steady: () => performance.now() / 1000,
  sleep: (seconds, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(interrupted());
      const stop = () => {
        clearTimeout(timer);
        reject(interrupted());
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", stop);
        resolve();
      }, seconds * 1000);
      signal?.addEventListener("abort", stop, { once: true });
    }),
};

/**
 * Sleeps until the clock's next full multiple of so many seconds. Tasks that wait for the same kind of resource check at the
 * same moment, so that their calls are combined.
 */
export function nextTick(clock: Clock, seconds: number, signal?: AbortSignal): Promise<void> {
  const passed = (clock.now().getTime() / 1000) % seconds;
  return clock.sleep(seconds - passed, signal);
}

/** Whole seconds between two moments. */
export function secondsBetween(from: Date, to: Date): number {
  return Math.round((to.getTime() - from.getTime()) / 1000);
}

/** A moment on both of a machine's clocks. */
export interface Moment {
  readonly now: number;
  readonly steady: number;
}

export function momentOf(clock: Clock): Moment {
  return { now: clock.now().getTime() / 1000, steady: clock.steady() };
}

/** The difference in seconds that the two clocks may have although neither was set or stopped. */
const DRIFT_SECONDS = 1;

/**
 * The maximum number of seconds since a moment: one clock may be set, and the other stops while the machine
 * sleeps. Infinite if the first was set back, because then the time is unknown.
 */
export function secondsAtMost(clock: Clock, since: Moment): number {
  const { now, steady } = momentOf(clock);
  const [bySet, bySteady] = [now - since.now, steady - since.steady];
  if (bySet < bySteady - DRIFT_SECONDS) return Number.POSITIVE_INFINITY;
  return Math.max(bySet, bySteady);
}
