import type { Clock } from "./contract";
import { capture, restore, type Captured, type Store } from "./state/capture";

/**
 * A copy of a service's state that trails behind it by so many seconds, which is what a client of an eventually consistent
 * service reads from. In seconds of wall time, because clients wait in those; advancing the clock passes them too.
 */
export class Replica {
  private past: { readonly at: number; readonly state: Captured }[] = [];

  constructor(
    private readonly source: Store,
    private readonly copy: Store,
    private readonly clock: Pick<Clock, "now">,
    private readonly seconds: number,
  ) {}

  /** To be called after each change of the source. */
  note(): void {
    this.past.push({ at: this.clock.now().getTime(), state: capture(this.source) });
  }

  /** To be called before each look at the copy: makes it what the source was. */
  catchUp(): void {
    const latest = this.clock.now().getTime() - this.seconds * 1000;
    const due = this.past.filter(({ at }) => at <= latest);
    const last = due.at(-1);
    if (last === undefined) return;
    restore(this.copy, last.state);
    this.past = this.past.slice(due.length);
  }

  /** Makes the copy what the source is, and forgets what was before. */
  reset(): void {
    this.past = [];
    restore(this.copy, capture(this.source));
  }
}
