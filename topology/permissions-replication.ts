import { formatArn } from "@keyferry/common";
import {
  BATCH_ROWS,
  BATCH_TRUST_ROWS,
  BUCKET_ROWS,
  EVENT_DESTINATION_ROWS,
  EVENT_KEY_ROWS,
  REPLICA_KEY_ROWS,
  REPLICATE_ROWS,
  REPLICATION_ROWS,
  REPLICATION_TRUST_ROWS,
  type BatchReplicationAccess,
  type BucketAccess,
  type EventDestination,
  type ReplicaKeyAccess,
  type ReplicateAccess,
  type ReplicationAccess,
} from "../policy/s3";
import type { Part } from "./permissions-part";

const bucketArn = (resource: string) =>
  formatArn({ partition: "aws", service: "s3", region: "", account: "", resource });

const SOURCE = bucketArn("<source bucket>");
const DESTINATION = bucketArn("<destination bucket>");
const REPLICATOR = { account: "<source>", roleName: "<replication role>" };

const BUCKET: BucketAccess = {
  partition: "aws",
  bucketArn: bucketArn("<bucket>"),
  keyArn: "<ARN of the bucket's key>",
  retained: true,
  replicators: [],
};

const REPLICATION: ReplicationAccess = {
  source: {
    account: "<source>",
    region: "<source Region>",
    bucketArn: SOURCE,
    keyArns: ["<ARN of the source's key>"],
  },
  destinations: [
    {
      region: "<destination Region>",
      bucketArn: DESTINATION,
      keyArns: ["<ARN of the destination's key>"],
      deleteMarkers: true,
      ownerOverride: true,
    },
  ],
  trustedForSourceOnly: false,
};

export const BUCKET_PART: Part<BucketAccess> = {
  title: "Bucket policies",
  about:
    "The policy of an `EncryptedBucket`, with the statements of `bucket.grants` and `BucketReplication`.",
  rows: BUCKET_ROWS,
  scopes: {
    "every bucket": BUCKET,
    "destinations of replication from another account": {
      ...BUCKET,
      bucketArn: DESTINATION,
      replicators: [{ ...REPLICATOR, deleteMarkers: false }],
    },
    "destinations of rules that replicate delete markers": {
      ...BUCKET,
      bucketArn: DESTINATION,
      replicators: [{ ...REPLICATOR, deleteMarkers: true }],
    },
    "destinations of sources with Object Lock": {
      ...BUCKET,
      bucketArn: DESTINATION,
      replicators: [{ ...REPLICATOR, deleteMarkers: false, objectLock: true }],
    },
  },
};

export const REPLICA_KEY_PART: Part<ReplicaKeyAccess> = {
  title: "Keys that replicas end under",
  about: "In the policy of the key of a destination bucket, for replication roles of other accounts.",
  rows: REPLICA_KEY_ROWS,
  scopes: {
    "keys of destinations of replication from another account": {
      partition: "aws",
      region: "<destination Region>",
      writers: [{ ...REPLICATOR, bucketArn: DESTINATION }],
    },
  },
};

export const REPLICATION_PART: Part<ReplicationAccess> = {
  title: "The replication role",
  about: "S3 assumes this role in the source's account to replicate.",
  rows: REPLICATION_ROWS,
  scopes: {
    "every replication role": REPLICATION,
    "roles of sources with Object Lock": { ...REPLICATION, objectLock: true },
  },
};

export const REPLICATION_TRUST_PART: Part<ReplicationAccess> = {
  title: "Who may become the replication role",
  about: "With `trustOnlySource`, S3 can assume the role only for the source bucket.",
  rows: REPLICATION_TRUST_ROWS,
  scopes: { "every replication role": REPLICATION },
};

const eventsTo = (service: "sns" | "sqs"): EventDestination => ({
  destinationArn: formatArn({
    partition: "aws",
    service,
    region: "<Region>",
    account: "<account>",
    resource: service === "sns" ? "<topic>" : "<queue>",
  }),
  bucketArn: SOURCE,
  bucketAccount: "<source>",
});

export const EVENT_DESTINATION_PART: Part<EventDestination> = {
  title: "Topics and queues that get replication events",
  about:
    "In the policy of the topic or queue that `replicationEvents` names. Its owner adds them; `ReplicationEvents` of `keyferry/constructs` provides them as `policies`.",
  rows: EVENT_DESTINATION_ROWS,
  scopes: { topics: eventsTo("sns"), queues: eventsTo("sqs") },
};

export const EVENT_KEY_PART: Part<EventDestination> = {
  title: "Keys of topics and queues that get replication events",
  about:
    "In the policy of the customer managed key of such a topic or queue. A topic or queue under the AWS managed key cannot receive events from S3.",
  rows: EVENT_KEY_ROWS,
  scopes: { "keys of topics and queues": eventsTo("sqs") },
};

const BATCH: BatchReplicationAccess = { bucketArn: SOURCE };

export const BATCH_PART: Part<BatchReplicationAccess> = {
  title: "The role of S3 Batch Replication",
  about:
    "A `BatchReplicationRole`. With it, jobs of S3 Batch Operations initiate the replication of objects that existed before the rules or that failed to replicate, and first re-encrypt objects under their bucket's key where the topology requires it.",
  rows: BATCH_ROWS,
  scopes: {
    "every source whose existing objects are replicated": BATCH,
    "sources whose objects are re-encrypted first": {
      ...BATCH,
      reEncrypt: {
        region: "<source Region>",
        keyArn: "<ARN of the source's key>",
        otherKeyArns: ["<ARNs of keys that objects were encrypted under>"],
      },
    },
    "sources whose jobs write a report": {
      ...BATCH,
      reports: { bucketArn: bucketArn("<bucket of reports>"), prefix: "<prefix>/" },
    },
  },
};

export const BATCH_TRUST_PART: Part<BatchReplicationAccess> = {
  title: "Who may become the role of S3 Batch Replication",
  about: "S3 Batch Operations alone.",
  rows: BATCH_TRUST_ROWS,
  scopes: { "every role of S3 Batch Replication": BATCH },
};

export const REPLICATE_PART: Part<ReplicateAccess> = {
  title: "The role of `keyferry replicate`",
  about:
    "`keyferry replicate` assumes this role in each account whose buckets are replicated. The principals that may assume the runner role may assume this one. It reads headers, tags and policies, but not the contents of objects: it has no `kms:Decrypt`.",
  rows: REPLICATE_ROWS,
  scopes: {
    "accounts of buckets that are replicated": {
      topology: "<topology>",
      partition: "aws",
      account: "<account>",
      sources: [
        {
          ...{ region: "<Region>", role: "<replication role>", batchRole: "<batch role>", reEncrypts: true },
          reports: { bucketArn: bucketArn("<bucket of reports>"), prefix: "keyferry-<topology>/" },
        },
      ],
      bucketArns: [bucketArn("<bucket>")],
      keys: [{ account: "<account>", region: "<Region>", alias: "alias/keyferry/<topology>/buckets" }],
    },
  },
};
