import type { Timekeeper } from "./pace";

/**
 * AWS's time as its answers tell it, in their `Date` header. Machines compare by it what they have written for each other:
 * their own clocks differ, and may be set at any moment. Source: RFC 9110, section 6.6.1; whole seconds.
 */
export class AwsTime {
  /** Milliseconds by which AWS is ahead of this machine. */
  private offset = 0;

  constructor(private readonly machine: Pick<Timekeeper, "now">) {}

  /** @param date the header of an answer that has just come; one that says nothing is passed over */
  hear(date: string | undefined): void {
    const told = Date.parse(date ?? "");
    if (!Number.isNaN(told)) this.offset = told - this.machine.now();
  }

  /** As the last answer told it; this machine's time while AWS has not answered. */
  now(): Date {
    return new Date(this.machine.now() + this.offset);
  }
}
