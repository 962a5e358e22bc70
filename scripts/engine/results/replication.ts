/** A problem that prevents the replication of objects, now or later. */
export interface ReplicationObstacle {
  /** AWS's failure reason for objects that fail because of it; absent if S3 does not try to replicate them. */
  readonly reason?: string;
  readonly what: string;
  /** What to do, and in which account: one sentence. */
  readonly fix: string;
  /** The account whose administrator must act; 12 digits. */
  readonly account: string;
  /** The policy without its half of a permission: `policy of role r`, `policy of the destination bucket`. */
  readonly where?: string;
  /** `s3:ReplicateObject` */
  readonly action?: string;
  /** The foundation's statement that is missing or narrower. */
  readonly statement?: string;
}

/** Current objects of a source by replication result. */
export interface ReplicationCounts {
  /** Objects that the rule names. */
  readonly objects: number;
  /** Objects whose version is in the destination. */
  readonly replicated: number;
  readonly pending: number;
  readonly failed: number;
  /** Objects to which no rule applied so far: they existed before the rules. */
  readonly never: number;
  /** Replicated objects whose version no longer exists in the destination. */
  readonly gone: number;
  /**
   * Objects that are not in the destination and are under a key that their writer provided (SSE-C): S3 shows their status only to
   * callers with that key. Those that the destination refuses are counted as failed.
   */
  readonly hidden: number;
}

/** Why some objects failed. */
export interface ReplicationFailure {
  readonly objects: number;
  /** Key of one of them. */
  readonly example: string;
  /** Empty if the policies now allow it. */
  readonly obstacles: readonly ReplicationObstacle[];
}

/** One bucket rule into one of its destinations. */
export interface ReplicationStatus {
  readonly rule: string;
  /** Id of the rule in S3. */
  readonly ruleId: string;
  readonly source: ReplicatedBucket;
  readonly destination: ReplicatedBucket;
  /** Current problems, whether objects have failed or not. */
  readonly obstacles: readonly ReplicationObstacle[];
  readonly counts: ReplicationCounts;
  readonly failures: readonly ReplicationFailure[];
  /** What AWS denied access to, one sentence each: it may hide problems. */
  readonly unknown: readonly string[];
}

export interface ReplicatedBucket {
  readonly bucket: string;
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
}

/** The result of `keyferry replicate existing` for one source bucket. */
export interface ReplicationJobResult {
  readonly source: ReplicatedBucket;
  /** Names of the rules. */
  readonly rules: readonly string[];
  /** Id of the job; absent if there was nothing to do. */
  readonly job?: string;
  /** Whether it was in progress already. */
  readonly joined: boolean;
  /** AWS's state of the job. */
  readonly status: string;
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Why objects failed, from the job's report; empty if it wrote no report. */
  readonly objectFailures: readonly JobObjectFailure[];
  /** AWS's words if the whole job failed, and what they mean. */
  readonly failures: readonly { readonly code: string; readonly reason: string; readonly fix?: string }[];
}

/** Objects of a job that failed for one reason. */
export interface JobObjectFailure {
  /** AWS's code: `DstPutObjectNotPermitted`. */
  readonly code: string;
  readonly objects: number;
  /** Key of one of them. */
  readonly example: string;
  /** AWS's words for that one. */
  readonly reason: string;
  readonly fix?: string;
}

/** A current object whose replica is missing or wrong. */
export interface ReplicaProblem {
  readonly rule: string;
  readonly bucket: string;
  readonly destination: string;
  readonly key: string;
  readonly version: string;
  /** `missing`, `size`, `etag`, `tags`, `owner`, `key`, `status`. */
  readonly problem: string;
  /** The actual and the expected value. */
  readonly what: string;
}

/** The result of `keyferry replicate verify` for one rule and one destination. */
export interface ReplicaVerification {
  readonly rule: string;
  readonly source: ReplicatedBucket;
  readonly destination: ReplicatedBucket;
  readonly objects: number;
  readonly verified: number;
  readonly problems: number;
  /** The first problems; the report has all. */
  readonly examples: readonly ReplicaProblem[];
  /** Objects to which no rule applied so far, or whose replication is in progress: not counted as problems. */
  readonly waiting: number;
}
