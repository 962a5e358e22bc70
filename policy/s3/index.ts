export { bucketPolicy, bucketPolicyForReplication, BUCKET_ROWS } from "./bucket-policy";
export { replicaKeyPolicy, REPLICA_KEY_ROWS } from "./replica-key";
export {
  replicationPolicy,
  replicationTrust,
  REPLICATION_ROWS,
  REPLICATION_TRUST_ROWS,
} from "./replication-role";
export type {
  BucketAccess,
  ReplicaKeyAccess,
  ReplicationAccess,
  ReplicationTarget,
  Replicator,
  ReplicaWriter,
} from "./scopes";
