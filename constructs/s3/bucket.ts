import type { ITerraformDependable } from "cdktf";
import type { KeyEnvironment } from "../../policy";
import type { IKey } from "../kms";
import type { BucketGrants } from "./bucket-grants";

/** A bucket, whoever created it; what other constructs accept. */
export interface IBucket {
  /** Unique among all buckets of the partition. */
  readonly bucketName: string;
  /** ARN of the bucket itself, not of objects: `arn:aws:s3:::NAME`. */
  readonly bucketArn: string;
  /** Where it is, and whose. */
  readonly environment: KeyEnvironment;
  /** The customer managed key of its default encryption. */
  readonly encryptionKey: IKey;
  /** Who else may use it, where its bucket policy is made here. */
  readonly grants?: BucketGrants;
  /** What must be deployed before anything is replicated from or into it: versioning, the bucket policy. */
  readonly readiness: readonly ITerraformDependable[];
}
