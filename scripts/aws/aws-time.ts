import type { Timekeeper } from "./pace";

/**
 * AWS's time from the `Date` header of its responses. Machines use it to compare what they have written for each other, because
 * their own clocks differ, and can be set at any moment. Source: RFC 9110, section 6.6.1; whole seconds.
 */
export class AwsTime {
  /** Milliseconds by which AWS's clock is ahead of this machine's. */
  private offset = 0;

  constructor(private readonly machine: Pick<Timekeeper, "now">) {}

  /** @param date the header of a response that has just arrived; an invalid value is ignored */
  hear(date: string | undefined): void {
    const time = Date.parse(date ?? "");
    if (!Number.isNaN(time)) this.offset = time - this.machine.now();
  }

  /** From the last response; this machine's time before the first response. */
  now(): Date {
    return new Date(this.machine.now() + this.offset);
  }
}
