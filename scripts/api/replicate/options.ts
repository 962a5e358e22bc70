import type { CommonOptions } from "../options";

/** What the functions take that look at buckets. */
export interface BucketRuleOptions extends CommonOptions {
  /** Name of the one bucket rule that is meant. @default - all of them */
  readonly rule?: string;
}
