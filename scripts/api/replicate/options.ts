import type { ReplicationJobResult } from "../../engine/results";
import type { CommonOptions } from "../options";

/** What the functions take that look at buckets. */
export interface BucketRuleOptions extends CommonOptions {
  /** Name of the one bucket rule that is meant. @default - all of them */
  readonly rule?: string;
}

/** What the functions take that have jobs done. */
export interface JobOptions extends BucketRuleOptions {
  /** Whether to wait until the jobs have ended. @default true */
  readonly wait?: boolean;
  /** Told of a job each time it was looked at. @default - nobody is told */
  readonly onJob?: (job: ReplicationJobResult) => void;
}
