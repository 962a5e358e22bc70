export { batchReplicationPolicy, batchReplicationTrust, BATCH_ROWS, BATCH_TRUST_ROWS } from "./batch-role";
export { bucketPolicy, bucketPolicyForReplication, BUCKET_ROWS } from "./bucket-policy";
export {
  imageBucketPolicy,
  IMAGE_BUCKET_ROWS,
  IMAGE_PUSHER_ROWS,
  type ImageBucketAccess,
  type ImagePusher,
  type ImagePusherAccess,
} from "./image-bucket";
export {
  eventDestinationPolicy,
  eventKeyPolicy,
  EVENT_DESTINATION_ROWS,
  EVENT_KEY_ROWS,
  type EventDestination,
} from "./replication-events";
export { replicatePolicy, REPLICATE_ROWS, type ReplicateAccess } from "./replicate-role";
export { replicaKeyPolicy, REPLICA_KEY_ROWS } from "./replica-key";
export {
  replicationPolicy,
  replicationTrust,
  REPLICATION_ROWS,
  REPLICATION_TRUST_ROWS,
} from "./replication-role";
export {
  judgeReplication,
  type MissingPermission,
  type NamedPolicy,
  type ReplicationDocuments,
  type ReplicationJudgement,
} from "./judge-replication";
export type { ReplicatedObject } from "./replication-calls";
export type {
  BatchReplicationAccess,
  BucketAccess,
  ReEncryptedObjects,
  ReplicaKeyAccess,
  ReplicationAccess,
  ReplicationTarget,
  Replicator,
  ReplicaWriter,
} from "./scopes";
