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
  /** Id of the earlier copy that the parameter shows during a rollback. */
  readonly rolledBackTo?: string;
  /** Empty: there are no problems. */
  readonly wrong: readonly string[];
}

export interface Verification {
  readonly topology: string;
  readonly jobs: readonly JobProof[];
  /** Shares and transit copies that a run left behind. */
  readonly leftovers: readonly string[];
  /** The images that groups run; a group that should follow its image and does not is an error, others are only reported. */
  readonly groups: readonly GroupStatus[];
  /** When AWS was read. */
  readonly at: Date;
  /** Shares that the user may have made; they are not errors. */
  readonly unexplained: readonly UnexplainedShare[];
  /** What could not be read. */
  readonly refusals: readonly Refusal[];
  readonly ok: boolean;
}
