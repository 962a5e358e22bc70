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
  /** The last journey that this directory's journal knows. */
  readonly journey?: Journey;
  /** What AWS said when the report was made; absent: it was not asked. */
  readonly seen?: {
    readonly plan: Plan;
    readonly verification: Verification;
    readonly outside: Outside;
    /** Absent where the topology has no buckets. */
    readonly replication?: SeenReplication;
    /** Absent where the user has not asked for it. */
    readonly audit?: Audit;
  };
}

/** What became of the objects of buckets, as far as AWS told. */
export interface SeenReplication {
  readonly statuses: readonly ReplicationStatus[];
  /** Why AWS did not tell. */
  readonly unseen?: string;
}
