import diagnostics from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";
import type { Timekeeper } from "../../../scripts/aws/pace";
import type { Clock } from "../../../scripts/engine/clock";
import { interrupted } from "../../../scripts/engine/errors";
import type { CloudClock } from "@keyferry/emulator";

interface Sleeper {
  readonly wakeAt: number;
  readonly wake: () => void;
}

/** Event loop turns without a call in flight, after which all tasks count as asleep. */
const QUIET_TURNS = 3;

/**
 * The clock of an engine and a rehearsal cloud in one process. Time passes only when no call is in flight and all tasks sleep:
 * then it jumps to the first wake-up time, and the cloud does everything that is due until then.
 */
export class VirtualClock implements Clock {
  private readonly sleepers = new Set<Sleeper>();
  private calls = 0;
  private pausing = 0;
  private requests = 0;
  private turning = false;

  constructor(private readonly cloud: CloudClock) {}

  /** Watches the requests of this process: the script's to the cloud and the cloud's to moto. @returns a function that stops it */
  watchRequests(): () => void {
    const begin = () => void (this.requests += 1);
    const end = () => {
      this.requests -= 1;
      this.turn();
    };
    const answered = (message: unknown) => {
      (message as { readonly response: IncomingMessage }).response.once("close", end);
    };
    diagnostics.subscribe("http.client.request.start", begin);
    diagnostics.subscribe("http.client.request.error", end);
    diagnostics.subscribe("http.client.response.finish", answered);
    return () => {
      diagnostics.unsubscribe("http.client.request.start", begin);
      diagnostics.unsubscribe("http.client.request.error", end);
      diagnostics.unsubscribe("http.client.response.finish", answered);
    };
  }

  now(): Date {
    return this.cloud.now();
  }

  steady(): number {
    return this.now().getTime() / 1000;
  }

  sleep(seconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(interrupted());
      const sleeper: Sleeper = {
        wakeAt: this.now().getTime() + seconds * 1000,
        wake: () => {
          signal?.removeEventListener("abort", stop);
          resolve();
        },
      };
      const stop = () => {
        this.sleepers.delete(sleeper);
        reject(interrupted());
      };
      signal?.addEventListener("abort", stop, { once: true });
      this.sleepers.add(sleeper);
      this.turn();
    });
  }

  /** The time for the pauses between two attempts at a call. */
  readonly timekeeper: Timekeeper = {
    now: () => this.now().getTime(),
    sleep: async (seconds) => {
      this.pausing += 1;
      try {
        await this.sleep(seconds);
      } finally {
        this.pausing -= 1;
      }
    },
  };

  /** Stops time while a call is in flight. */
  async during<T>(call: () => Promise<T>): Promise<T> {
    this.calls += 1;
    try {
      return await call();
    } finally {
      this.calls -= 1;
      this.turn();
    }
  }

  /**
   * Whether any task is working. If many calls wait for one attempt, only that attempt pauses, so during a pause all other
   * calls wait for it.
   */
  private isBusy(): boolean {
    return this.requests > 0 || (this.calls > 0 && this.pausing === 0);
  }

  private turn(): void {
    if (this.turning) return;
    this.turning = true;
    void this.passTime();
  }

  /** Synchronous, so that the next call that ends, or the next sleeper, is not missed. */
  private rest(): void {
    this.turning = false;
  }

  private async passTime(): Promise<void> {
    for (;;) {
      for (let quiet = 0; quiet < QUIET_TURNS; quiet += 1) {
        await new Promise(setImmediate);
        if (this.isBusy()) return this.rest();
      }
      const first = [...this.sleepers].reduce<Sleeper | undefined>(
        (soonest, sleeper) => (soonest === undefined || sleeper.wakeAt < soonest.wakeAt ? sleeper : soonest),
        undefined,
      );
      if (first === undefined) return this.rest();
      const seconds = (first.wakeAt - this.now().getTime()) / 1000;
      if (seconds > 0) await this.cloud.advance(seconds);
      for (const sleeper of [...this.sleepers]) {
        if (sleeper.wakeAt <= first.wakeAt && this.sleepers.delete(sleeper)) sleeper.wake();
      }
    }
  }
}
