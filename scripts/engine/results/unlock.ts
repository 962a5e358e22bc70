import type { LeaseRecord } from "../lease-record";

/** A lease that keeps runs out. */
export interface Lock {
  /** Name of the parameter. */
  readonly id: string;
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
  /** Names of the images that nobody else can carry meanwhile. */
  readonly images: readonly string[];
  readonly lease: LeaseRecord;
  /** Its process is on this machine, and lives. */
  readonly isAliveHere: boolean;
  /** It expires later than any lease lives: the clock of the machine that wrote it was ahead. */
  readonly isFarAhead: boolean;
  /** From when on another run may begin, ISO 8601 by AWS's time; absent: it is not broken. */
  readonly freeAt?: string;
}

export interface Unlocking {
  readonly topology: string;
  readonly locks: readonly Lock[];
}
