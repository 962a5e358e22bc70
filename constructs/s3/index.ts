export type { IBucket } from "./bucket";
export { BucketGrants, type ReplicationGrant } from "./bucket-grants";
export { EncryptedBucket, type EncryptedBucketProps } from "./encrypted-bucket";
export { ExistingBucket, type ExistingBucketProps } from "./existing-bucket";
