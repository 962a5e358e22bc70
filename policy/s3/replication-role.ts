import { viaService } from "@keyferry/common";
import type { Statement } from "../document";
import { statementsOf, type PermissionRow, type RowGrant } from "../row";
import { contextsOf, objectsOf, type ReplicationAccess, type ReplicationTarget } from "./scopes";

/** The permission table: who may assume a replication role. */
export const REPLICATION_TRUST_ROWS: readonly PermissionRow<ReplicationAccess>[] = [
  {
    id: "S3Replicates",
    actions: ["sts:AssumeRole"],
    basis: "enforced",
    why: "S3 assumes the role for every object that it replicates; AWS's examples have no condition",
    source: "S3 user guide, Setting up permissions for live replication",
    grant: ({ source, trustedForSourceOnly }) => ({
      principal: { Service: ["s3.amazonaws.com"] },
      ...(trustedForSourceOnly
        ? {
            conditions: {
              StringEquals: { "aws:SourceAccount": [source.account] },
              ArnEquals: { "aws:SourceArn": [source.bucketArn] },
            },
          }
        : {}),
    }),
  },
];

/** The permission table: what a replication role may do. */
export const REPLICATION_ROWS: readonly PermissionRow<ReplicationAccess>[] = [
  {
    id: "ReadReplicationRules",
    actions: ["s3:GetReplicationConfiguration", "s3:ListBucket"],
    basis: "enforced",
    why: "S3 reads the rules and lists the source bucket with the role's permissions",
    source: "S3 user guide, Setting up permissions for live replication",
    grant: ({ source }) => ({ resources: [source.bucketArn] }),
  },
  {
    id: "ReadSourceObjects",
    actions: ["s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging"],
    basis: "enforced",
    why: "S3 reads each object, its ACL and its tags; GetObjectVersion would not cover objects under KMS keys",
    source: "S3 user guide, Setting up permissions for live replication",
    grant: ({ source }) => ({ resources: [objectsOf(source)] }),
  },
  {
    id: "ReadObjectLocks",
    actions: ["s3:GetObjectRetention", "s3:GetObjectLegalHold"],
    basis: "enforced",
    why: "S3 reads the retention and the legal hold of each object of a source with Object Lock, and sets them on its replica",
    source: "S3 user guide, Using Object Lock with S3 Replication",
    grant: ({ source, objectLock }) => (objectLock === true ? { resources: [objectsOf(source)] } : undefined),
  },
  {
    id: "DecryptSource",
    actions: ["kms:Decrypt"],
    basis: "enforced",
    why: "S3 decrypts each object under the source's key, with the object's ARN in the encryption context, or the bucket's ARN with an S3 Bucket Key",
    source: "S3 user guide, Replicating encrypted objects",
    grant: ({ source }) => onKeys([source]),
  },
  {
    id: "WriteReplicas",
    actions: ["s3:ReplicateObject", "s3:ReplicateTags"],
    basis: "enforced",
    why: "S3 writes replicas and their tags with the role's permissions; for another account's bucket, its bucket policy must also allow it",
    source: "S3 user guide, Setting up permissions for live replication",
    grant: ({ destinations }) => inBuckets(destinations),
  },
  {
    id: "LockReplicas",
    actions: ["s3:PutObjectRetention", "s3:PutObjectLegalHold"],
    basis: "documented",
    why: "AWS has failure reasons for a role that may not lock replicas (DstPutRetentionNotPermitted, DstPutLegalHoldNotPermitted)",
    source: "S3 user guide, Amazon S3 replication failure reasons",
    grant: ({ destinations, objectLock }) => (objectLock === true ? inBuckets(destinations) : undefined),
  },
  {
    id: "WriteDeleteMarkers",
    actions: ["s3:ReplicateDelete"],
    basis: "enforced",
    why: "delete markers are replicated if a rule says so",
    source: "S3 user guide, Replicating delete markers between buckets",
    grant: ({ destinations }) => inBuckets(destinations.filter(({ deleteMarkers }) => deleteMarkers)),
  },
  {
    id: "HandReplicasOver",
    actions: ["s3:ObjectOwnerOverrideToBucketOwner"],
    basis: "enforced",
    why: "replicas in another account belong to that account instead of the owner of the source",
    source: "S3 user guide, Changing the replica owner",
    grant: ({ destinations }) => inBuckets(destinations.filter(({ ownerOverride }) => ownerOverride)),
  },
  {
    id: "EncryptReplicas",
    actions: ["kms:Encrypt"],
    basis: "enforced",
    why: "S3 encrypts each replica under the destination's key; for a key of another account, its key policy must also allow it",
    source: "S3 user guide, Replicating encrypted objects",
    grant: ({ destinations }) => onKeys(destinations),
  },
  {
    id: "OpenReplicaBucketKey",
    actions: ["kms:Decrypt"],
    basis: "enforced",
    why: "with an S3 Bucket Key, S3 decrypts the destination bucket's data key again, to verify its integrity",
    source: "S3 user guide, Reducing the cost of SSE-KMS with Amazon S3 Bucket Keys",
    grant: ({ destinations }) => onKeys(destinations),
  },
  {
    id: "GenerateReplicaDataKey",
    actions: ["kms:GenerateDataKey"],
    basis: "documented",
    why: "AWS documents it for the destination's key if the bucket's default encryption applies to a replica, and if an S3 Bucket Key is created",
    source: "S3 user guide, Troubleshooting replication",
    grant: ({ destinations }) => onKeys(destinations),
  },
];

/** The statements of a replication role's trust policy. */
export function replicationTrust(access: ReplicationAccess): readonly Statement[] {
  return statementsOf(REPLICATION_TRUST_ROWS, access);
}

/** The statements of a replication role's policy. */
export function replicationPolicy(access: ReplicationAccess): readonly Statement[] {
  return statementsOf(REPLICATION_ROWS, access);
}

function inBuckets(targets: readonly ReplicationTarget[]): RowGrant | undefined {
  return targets.length === 0 ? undefined : { resources: [...new Set(targets.map(objectsOf))] };
}

/** Keys through S3 in their Regions, only for objects of the buckets; never `*`, which would be every key. */
function onKeys(
  buckets: readonly Pick<ReplicationTarget, "region" | "bucketArn" | "keyArns">[],
): RowGrant | undefined {
  const unique = (values: readonly string[]) => [...new Set(values)];
  const resources = unique(buckets.flatMap(({ keyArns }) => keyArns));
  if (resources.length === 0) return undefined;
  return {
    resources,
    conditions: {
      StringEquals: { "kms:ViaService": unique(buckets.map(({ region }) => viaService("s3", region))) },
      StringLike: { "kms:EncryptionContext:aws:s3:arn": unique(buckets.flatMap(contextsOf)) },
    },
  };
}
