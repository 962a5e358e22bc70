import type { NodeId } from "../../../topology/ids";
import type { Refusal } from "../errors";

/** What a rollback would do in one destination. */
export interface RollbackStep {
  readonly node: NodeId;
  readonly account: string;
  readonly accountName: string;
  readonly region: string;
  /** What the parameter shows now. */
  readonly shows?: string;
  /** The copy that it goes back to. */
  readonly goesBackTo?: string;
}

export interface RollbackPlan {
  readonly topology: string;
  readonly rule: string;
  readonly parameter: string;
  /** Ids of source images: the one whose copies are held back, and the one whose copies are published instead; absent: there is nothing to go back to. */
  readonly heldBack?: string;
  readonly showing?: string;
  readonly destinations: readonly RollbackStep[];
  /** Why it would refuse to start; empty: it would start. */
  readonly refusals: readonly Refusal[];
}
