import { interrupted } from "./errors";

/** Time as the engine sees it, so that tests need no real seconds. */
export interface Clock {
  now(): Date;
  /** Seconds by a clock that nobody sets; it may stop while the machine sleeps. */
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
 * Sleeps until the clock's next full multiple of so many seconds. Those who wait for the same kind of thing look at the
 * same moment, so that their looks are joined.
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

/** By how many seconds the two clocks may go apart without either having been set or stopped. */
const DRIFT_SECONDS = 1;

/**
 * Seconds that have passed since a moment, at the most: one clock is set now and then, and the other stops while the machine
 * sleeps. Infinite where the first has been set back, because then nobody knows.
 */
export function secondsAtMost(clock: Clock, since: Moment): number {
  const { now, steady } = momentOf(clock);
  const [bySet, bySteady] = [now - since.now, steady - since.steady];
  if (bySet < bySteady - DRIFT_SECONDS) return Number.POSITIVE_INFINITY;
  return Math.max(bySet, bySteady);
}
