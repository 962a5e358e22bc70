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

/** Something of ours that nothing needs any more. */
export interface Leftover {
  readonly kind: LeftoverKind;
  /** Id of the image or snapshot, or name of the parameter. */
  readonly id: string;
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
  /** Why nothing needs it. */
  readonly because: string;
  /** What became of it; absent: it was only listed. */
  readonly removed?: boolean;
  /** AWS's reason, where it could not be removed. */
  readonly reason?: string;
}

/** Something that looks like a leftover and is left alone. */
export interface Kept {
  readonly id: string;
  readonly account: string;
  readonly region: string;
  /** Who uses it, or what will; empty where it is not ours. */
  readonly by: readonly string[];
  /** Why it is left alone where that is no use: somebody else has made it. */
  readonly because?: string;
}

export interface CleanReport {
  readonly topology: string;
  /** Whether leftovers were removed, or only listed. */
  readonly applied: boolean;
  readonly leftovers: readonly Leftover[];
  readonly kept: readonly Kept[];
  /** What may use old copies and cannot be read, each once. */
  readonly unclear: readonly Refusal[];
  /** Shares that may be the user's; they are never withdrawn. */
  readonly unexplained: readonly UnexplainedShare[];
  /** What exists outside the topology, which is listed and left alone. */
  readonly outside: Outside;
  /** What keeps us from looking, or a run that is at work. */
  readonly refusals: readonly Refusal[];
  /** Nothing is left, or everything that was has been removed. */
  readonly ok: boolean;
}
