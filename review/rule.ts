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
  /** Pairs of a principal and a resource with too many combinations of condition values to test each. */
  readonly sampled: readonly string[];
}

/** One kind of finding. */
export interface Rule {
  /** Part of the public contract: settings and other programs use it. */
  readonly id: string;
  /** What the rule finds, in one sentence. */
  readonly description: string;
  /** Default severity, which the settings can change. */
  readonly severity: Severity;
  readonly find: (comparison: Comparison) => readonly Found[];
}
