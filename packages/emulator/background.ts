import type { Clock, JsonObject } from "./contract";

/**
 * One kind of background work. The work is described as plain data, and its handler is registered with the clock once
 * for each cloud. A cloud can therefore be dumped at any moment and continue elsewhere exactly where it was.
 */
export interface WorkKind<T extends object> {
  /** @param seconds cloud time from now */
  later(clock: Clock, seconds: number, what: T): void;
  handle(clock: Clock, run: (what: T) => void | Promise<void>): void;
}

/** @param name unique in the cloud, `service:what`; it appears in dumps */
export function workKind<T extends object>(name: string): WorkKind<T> {
  return {
    later: (clock, seconds, what) => clock.schedule(seconds, name, what as unknown as JsonObject),
    handle: (clock, run) => clock.handle(name, (payload) => run(payload as unknown as T)),
  };
}
