export { BatchReplicationRole, type BatchReplicationRoleProps } from "./batch-replication-role";
export type { IBucket } from "./bucket";
export { BucketGrants, type ReplicationGrant } from "./bucket-grants";
export { BucketRoleGrants } from "./bucket-role-grants";
export {
  BucketReplication,
  type BucketReplicationProps,
  type DestinationPolicies,
} from "./bucket-replication";
export { EncryptedBucket, type EncryptedBucketProps } from "./encrypted-bucket";
export { ExistingBucket, type ExistingBucketProps } from "./existing-bucket";
export {
  ReplicationEvents,
  type EventDestinationPolicies,
  type ReplicationEventsProps,
} from "./replication-events";
export {
  ReplicationRole,
  type ReplicationRoleDestination,
  type ReplicationRoleProps,
} from "./replication-role";
export { ImageBucket, type ImageBucketProps } from "./image-bucket";
export type { ReplicationRule } from "./replication-rule";
