import type { Clock } from "./contract";
import { capture, restore, type Captured, type Store } from "./state/capture";

/**
 * A copy of a service's state that follows it with a delay of some seconds: what a client of an eventually consistent
 * service reads. The delay is in wall time, because clients wait in wall time; advancing the clock passes it, too.
 */
export class Replica {
  private past: { readonly at: number; readonly state: Captured }[] = [];

  constructor(
    private readonly source: Store,
    private readonly copy: Store,
    private readonly clock: Pick<Clock, "now">,
    private readonly seconds: number,
  ) {}

  /** Call this after each change of the source. */
  note(): void {
    this.past.push({ at: this.clock.now().getTime(), state: capture(this.source) });
  }

  /** Call this before each read of the copy: applies the changes that are due. */
  catchUp(): void {
    const latest = this.clock.now().getTime() - this.seconds * 1000;
    const due = this.past.filter(({ at }) => at <= latest);
    const last = due.at(-1);
    if (last === undefined) return;
    restore(this.copy, last.state);
    this.past = this.past.slice(due.length);
  }

  /** Makes the copy equal to the source, and forgets earlier states. */
  reset(): void {
    this.past = [];
    restore(this.copy, capture(this.source));
  }
}
