import type { Clock } from "./contract";

/** The clock, with a callback that runs after each piece of background work. */
export function afterWork(clock: Clock, hook: () => void): Clock {
  return {
    now: () => clock.now(),
    schedule: (seconds, kind, payload) => clock.schedule(seconds, kind, payload),
    handle: (kind, work) =>
      clock.handle(kind, async (payload) => {
        await work(payload);
        hook();
      }),
  };
}
