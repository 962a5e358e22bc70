import type { JobId } from "../../../topology/ids";
import type { Refusal } from "../errors";
import type { GroupStatus } from "./groups";
import type { UnexplainedShare } from "./unexplained-share";

/** The proof of one copy job. */
export interface JobProof {
  readonly job: JobId;
  readonly account: string;
  readonly region: string;
  readonly imageId?: string;
  readonly keyArn?: string;
  readonly snapshots: number;
  readonly sizeGiB: number;
  readonly parameter?: string;
  /** Id of the earlier copy that the parameter shows while a rollback stands. */
  readonly rolledBackTo?: string;
  /** Empty: everything is as it should be. */
  readonly wrong: readonly string[];
}

export interface Verification {
  readonly topology: string;
  readonly jobs: readonly JobProof[];
  /** Shares and transit copies that a run has left. */
  readonly leftovers: readonly string[];
  /** Which images groups run; one that is to follow and does not is an error, others are told. */
  readonly groups: readonly GroupStatus[];
  /** When it was looked. */
  readonly at: Date;
  /** Shares that may be the user's; they are no fault. */
  readonly unexplained: readonly UnexplainedShare[];
  /** What keeps us from looking. */
  readonly refusals: readonly Refusal[];
  readonly ok: boolean;
}
