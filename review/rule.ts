import type { Found, Severity } from "./finding";
import type { Estate } from "./read/estate";
import type { KeyPair } from "./read/keys";
import type { RightLine } from "./rights/lines";

/** Both sides, and everything that was compared. */
export interface Comparison {
  readonly base: Estate;
  readonly head: Estate;
  readonly pairs: readonly KeyPair[];
  readonly rights: readonly RightLine[];
  /** Pairs of somebody and something with too many combinations of condition values to ask each. */
  readonly sampled: readonly string[];
}

/** One kind of finding. */
export interface Rule {
  /** Part of the contract: settings and other programs name it. */
  readonly id: string;
  /** What it finds, one sentence. */
  readonly description: string;
  /** Unless the settings say otherwise. */
  readonly severity: Severity;
  readonly find: (comparison: Comparison) => readonly Found[];
}
