import type { ITerraformDependable } from "cdktf";
import type { KeyEnvironment } from "../../policy";
import type { IKey } from "../kms";
import type { BucketGrants } from "./bucket-grants";

/** A bucket, created by this library or not. Other constructs accept it. */
export interface IBucket {
  /** Name of the bucket, unique among all buckets of the partition. */
  readonly bucketName: string;
  /** ARN of the bucket itself, not of objects: `arn:aws:s3:::NAME`. */
  readonly bucketArn: string;
  /** Partition, account and Region of the bucket. */
  readonly environment: KeyEnvironment;
  /** The customer managed key of its default encryption. */
  readonly encryptionKey: IKey;
  /** Allows other principals to use the bucket, if its bucket policy is created here. */
  readonly grants?: BucketGrants;
  /** Resources that must be deployed before anything is replicated from or into the bucket: versioning, the bucket policy. */
  readonly readiness: readonly ITerraformDependable[];
}
