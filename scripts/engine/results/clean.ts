import type { Refusal } from "../errors";
import type { UnexplainedShare } from "./unexplained-share";
import type { Outside } from "./outside";

export type LeftoverKind =
  | "transit-copy"
  | "failed-copy"
  | "old-copy"
  | "snapshot"
  | "object"
  | "upload"
  | "share"
  | "lease"
  | "intent"
  | "rollback";

/** A resource of Keyferry that is no longer needed. */
export interface Leftover {
  readonly kind: LeftoverKind;
  /** Id of the image or snapshot, or name of the parameter. */
  readonly id: string;
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
  /** Why it is not needed. */
  readonly because: string;
  /** The outcome; absent: it was only listed. */
  readonly removed?: boolean;
  /** AWS's reason, if it could not be removed. */
  readonly reason?: string;
}

/** Something that looks like a leftover and is not touched. */
export interface Kept {
  readonly id: string;
  readonly account: string;
  readonly region: string;
  /** Its current or future users; empty if it does not belong to Keyferry. */
  readonly by: readonly string[];
  /** Why it is not touched, if the reason is not a use: someone else made it. */
  readonly because?: string;
}

export interface CleanReport {
  readonly topology: string;
  /** Whether leftovers were removed, or only listed. */
  readonly applied: boolean;
  readonly leftovers: readonly Leftover[];
  readonly kept: readonly Kept[];
  /** Possible users of old copies that cannot be read, each once. */
  readonly unclear: readonly Refusal[];
  /** Shares that may be the user's; they are never withdrawn. */
  readonly unexplained: readonly UnexplainedShare[];
  /** What exists outside the topology, which is listed and not touched. */
  readonly outside: Outside;
  /** Why something could not be read, or a run in progress. */
  readonly refusals: readonly Refusal[];
  /** There are no leftovers, or all of them were removed. */
  readonly ok: boolean;
}
