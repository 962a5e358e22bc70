import type { LeaseRecord } from "../lease-record";

/** A lease that keeps runs out. */
export interface Lock {
  /** Name of the parameter. */
  readonly id: string;
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
  /** Names of the images that no other run can carry in the meantime. */
  readonly images: readonly string[];
  readonly lease: LeaseRecord;
  /** Its process is on this machine and alive. */
  readonly isAliveHere: boolean;
  /** It expires later than a lease can: the clock of the machine that wrote it was ahead. */
  readonly isFarAhead: boolean;
  /** When another run may start, ISO 8601 by AWS's time; absent: it was not broken. */
  readonly freeAt?: string;
}

export interface Unlocking {
  readonly topology: string;
  readonly locks: readonly Lock[];
}
