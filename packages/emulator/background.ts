import type { Clock, JsonObject } from "./contract";

/**
 * One kind of background work. What is to be done is plain data, and whoever knows how is told to the clock once for
 * each cloud: so a cloud can be dumped at any moment, and goes on elsewhere exactly where it was.
 */
export interface WorkKind<T extends object> {
  /** @param seconds cloud time from now */
  later(clock: Clock, seconds: number, what: T): void;
  handle(clock: Clock, run: (what: T) => void | Promise<void>): void;
}

/** @param name unique in the cloud, `service:what`; it stands in dumps */
export function workKind<T extends object>(name: string): WorkKind<T> {
  return {
    later: (clock, seconds, what) => clock.schedule(seconds, name, what as unknown as JsonObject),
    handle: (clock, run) => clock.handle(name, (payload) => run(payload as unknown as T)),
  };
}
