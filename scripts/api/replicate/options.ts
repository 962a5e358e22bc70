import type { ReplicationJobResult } from "../../engine/results";
import type { CommonOptions } from "../options";

/** Options of the functions that read buckets. */
export interface BucketRuleOptions extends CommonOptions {
  /** Name of a bucket rule. @default - all of them */
  readonly rule?: string;
}

/** Options of the functions that start jobs. */
export interface JobOptions extends BucketRuleOptions {
  /** Whether to wait until the jobs have ended. @default true */
  readonly wait?: boolean;
  /** Called with a job each time its status was read. @default - not called */
  readonly onJob?: (job: ReplicationJobResult) => void;
}
