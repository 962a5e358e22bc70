import { interrupted } from "../../../scripts/engine/errors";
import type { Clock } from "../../../scripts/engine/clock";

interface Sleeper {
  readonly wakeAt: number;
  readonly wake: () => void;
}

/** Time that passes only when everything sleeps: then the first sleeper wakes. */
export class FakeClock implements Clock {
  private time = Date.parse("2026-01-01T00:00:00Z");
  private readonly sleepers = new Set<Sleeper>();
  private ticking = false;

  now(): Date {
    return new Date(this.time);
  }

  steady(): number {
    return this.time / 1000;
  }

  advance(seconds: number): void {
    this.time += seconds * 1000;
  }

  sleep(seconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(interrupted());
      const sleeper: Sleeper = {
        wakeAt: this.time + seconds * 1000,
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
      this.tick();
    });
  }

  private tick(): void {
    if (this.ticking) return;
    this.ticking = true;
    setImmediate(() => {
      this.ticking = false;
      const [first] = [...this.sleepers].sort((a, b) => a.wakeAt - b.wakeAt);
      if (first === undefined) return;
      this.sleepers.delete(first);
      this.time = Math.max(this.time, first.wakeAt);
      first.wake();
      this.tick();
    });
  }
}
