/** One thing that keeps objects from being replicated, or will. */
export interface ReplicationObstacle {
  /** AWS's failure reason of the objects that fail for it; absent where objects are not even tried. */
  readonly reason?: string;
  readonly what: string;
  /** What to do, and in which account: one sentence. */
  readonly fix: string;
  /** 12 digits; whose administrator must act. */
  readonly account: string;
  /** Where half of a permission is missing: `policy of role r`, `policy of the destination bucket`. */
  readonly where?: string;
  /** `s3:ReplicateObject` */
  readonly action?: string;
  /** The foundation's statement that is missing or narrower. */
  readonly statement?: string;
}

/** Current objects of a source by what became of them. */
export interface ReplicationCounts {
  /** That the rule names. */
  readonly objects: number;
  /** Whose version is in the destination. */
  readonly replicated: number;
  readonly pending: number;
  readonly failed: number;
  /** That no rule concerned so far: they were there before. */
  readonly never: number;
  /** That were replicated, and whose version is not in the destination any more. */
  readonly gone: number;
  /**
   * Not in the destination, and under a key that their writer provided (SSE-C): S3 shows only to who has that key what became of
   * them. Those that the destination refuses are counted as failed.
   */
  readonly hidden: number;
}

/** Why some objects have failed. */
export interface ReplicationFailure {
  readonly objects: number;
  /** Key of one of them. */
  readonly example: string;
  /** Empty where the policies allow it now. */
  readonly obstacles: readonly ReplicationObstacle[];
}

/** One bucket rule into one of its destinations. */
export interface ReplicationStatus {
  readonly rule: string;
  /** Id of the rule in S3. */
  readonly ruleId: string;
  readonly source: ReplicatedBucket;
  readonly destination: ReplicatedBucket;
  /** What is wrong now, whether objects have failed or not. */
  readonly obstacles: readonly ReplicationObstacle[];
  readonly counts: ReplicationCounts;
  readonly failures: readonly ReplicationFailure[];
  /** What AWS did not let us look at, one sentence each: it may hide something. */
  readonly unknown: readonly string[];
}

export interface ReplicatedBucket {
  readonly bucket: string;
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
}

/** What `keyferry replicate existing` has done for one source bucket. */
export interface ReplicationJobResult {
  readonly source: ReplicatedBucket;
  /** Names of the rules. */
  readonly rules: readonly string[];
  /** Id of the job; absent where there was nothing to do. */
  readonly job?: string;
  /** Whether it was in progress already. */
  readonly joined: boolean;
  /** AWS's state of the job. */
  readonly status: string;
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Why objects have failed, as the job's report says; none where it has written no report. */
  readonly objectFailures: readonly JobObjectFailure[];
  /** AWS's words where the job as a whole has failed, and what they mean. */
  readonly failures: readonly { readonly code: string; readonly reason: string; readonly fix?: string }[];
}

/** Objects of a job that have failed for one reason. */
export interface JobObjectFailure {
  /** AWS's code: `DstPutObjectNotPermitted`. */
  readonly code: string;
  readonly objects: number;
  /** Key of one of them. */
  readonly example: string;
  /** AWS's words of that one. */
  readonly reason: string;
  readonly fix?: string;
}

/** A current object that has not the replica that it should have. */
export interface ReplicaProblem {
  readonly rule: string;
  readonly bucket: string;
  readonly destination: string;
  readonly key: string;
  readonly version: string;
  /** `missing`, `size`, `etag`, `tags`, `owner`, `key`, `status`. */
  readonly problem: string;
  /** What is there and what should be. */
  readonly what: string;
}

/** What `keyferry replicate verify` has found for one rule into one destination. */
export interface ReplicaVerification {
  readonly rule: string;
  readonly source: ReplicatedBucket;
  readonly destination: ReplicatedBucket;
  readonly objects: number;
  readonly verified: number;
  readonly problems: number;
  /** The first of them; the report has all. */
  readonly examples: readonly ReplicaProblem[];
  /** Objects that no rule concerned so far, or that are on their way: not counted as problems. */
  readonly waiting: number;
}
