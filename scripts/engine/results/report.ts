import type { Topology } from "../../../topology";
import type { Journey } from "../history";
import type { Audit } from "./audit";
import type { Outside } from "./outside";
import type { Plan } from "./plan";
import type { ReplicationStatus } from "./replication";
import type { Verification } from "./verification";

/** Everything that the report shows. */
export interface Report {
  readonly topology: Topology;
  /** Where it was made. */
  readonly cloud: "aws" | "rehearsal";
  readonly madeAt: Date;
  /** The last sequence of runs in this directory's journal. */
  readonly journey?: Journey;
  /** AWS's state when the report was made; absent: AWS was not called. */
  readonly seen?: {
    readonly plan: Plan;
    readonly verification: Verification;
    readonly outside: Outside;
    /** Absent if the topology has no buckets. */
    readonly replication?: SeenReplication;
    /** Absent if the user did not request it. */
    readonly audit?: Audit;
  };
}

/** The replication results of the buckets' objects, as far as AWS returned them. */
export interface SeenReplication {
  readonly statuses: readonly ReplicationStatus[];
  /** Why AWS did not return them. */
  readonly unseen?: string;
}
