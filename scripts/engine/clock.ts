import { interrupted } from "./errors";

/** Time as the engine sees it, so that tests need no real seconds. */
export interface Clock {
  now(): Date;
  /**
   * @param seconds how long
   * @throws KeyferryError `Interrupted` as soon as the signal is aborted
   */
  sleep(seconds: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => new Date(),
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
