import { addressOf } from "./construct-addresses";

/** The resources of an `EncryptedBucket`, by their ids below it. */
const RESOURCES: readonly (readonly [type: string, child: string])[] = [
  ["aws_s3_bucket", "Resource"],
  ["aws_s3_bucket_versioning", "Versioning"],
  ["aws_s3_bucket_server_side_encryption_configuration", "Encryption"],
  ["aws_s3_bucket_object_lock_configuration", "ObjectLock"],
  ["aws_s3_bucket_public_access_block", "PublicAccessBlock"],
  ["aws_s3_bucket_ownership_controls", "Ownership"],
  ["aws_s3_bucket_policy", "Policy"],
];

/** Id of a bucket's construct in its stack. */
export function bucketConstructId(bucket: string): string {
  return `bucket-${bucket}`;
}

/** The addresses of a bucket's resources, also for a stack that does not have the bucket. */
export function bucketAddresses(bucket: string): readonly string[] {
  return RESOURCES.map(([type, child]) => addressOf(type, [bucketConstructId(bucket), child]));
}

/** The address of the bucket itself. */
export function bucketAddress(bucket: string): string {
  return addressOf("aws_s3_bucket", [bucketConstructId(bucket), "Resource"]);
}
