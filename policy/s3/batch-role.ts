import { viaService } from "@keyferry/common";
import type { Statement } from "../document";
import { statementsOf, type PermissionRow, type RowGrant } from "../row";
import { contextsOf, objectsOf, type BatchReplicationAccess } from "./scopes";

const UPDATE_ENCRYPTION = "S3 user guide, Updating server-side encryption for existing data";

/** The permission table: who may assume a role of S3 Batch Replication. */
export const BATCH_TRUST_ROWS: readonly PermissionRow<BatchReplicationAccess>[] = [
  {
    id: "BatchOperationsReplicate",
    actions: ["sts:AssumeRole"],
    basis: "enforced",
    why: "S3 Batch Operations assumes the role for the objects of a job; AWS's example has no condition",
    source: "S3 user guide, Configuring an IAM role for S3 Batch Replication",
    grant: () => ({ principal: { Service: ["batchoperations.s3.amazonaws.com"] } }),
  },
];

/**
 * The permission table: what a role of S3 Batch Replication may do. It neither reads nor writes objects: the replication role does,
 * and UpdateObjectEncryption changes the key of an object without reading its content.
 */
export const BATCH_ROWS: readonly PermissionRow<BatchReplicationAccess>[] = [
  {
    id: "InitiateReplication",
    actions: ["s3:InitiateReplication"],
    basis: "enforced",
    why: "a job replicates objects that existed before the rules, or whose replication failed; the replication role copies them, by the bucket's rules",
    source: "S3 user guide, Configuring an IAM role for S3 Batch Replication",
    grant: (source) => ({ resources: [objectsOf(source)] }),
  },
  {
    id: "FindObjectsToReplicate",
    actions: ["s3:GetReplicationConfiguration", "s3:PutInventoryConfiguration"],
    basis: "enforced",
    why: "S3 lists the bucket's objects for a job, as for an inventory, and selects those that the rules name",
    source: "S3 user guide, Configuring an IAM role for S3 Batch Replication",
    grant: ({ bucketArn }) => ({ resources: [bucketArn] }),
  },
  {
    id: "UpdateObjectEncryption",
    actions: ["s3:UpdateObjectEncryption"],
    basis: "enforced",
    why: "a job re-encrypts objects in place under the bucket's key, because objects under SSE-S3 would be replicated under SSE-S3",
    source: "S3 API reference, UpdateObjectEncryption",
    grant: (source) => (source.reEncrypt === undefined ? undefined : { resources: [objectsOf(source)] }),
  },
  {
    id: "ReEncryptToBucketKey",
    actions: ["kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptTo"],
    basis: "enforced",
    why: "the data key of an object is encrypted under the bucket's key, only through S3 and for objects of this bucket",
    source: UPDATE_ENCRYPTION,
    grant: (source) => onKeys(source, source.reEncrypt === undefined ? [] : [source.reEncrypt.keyArn]),
  },
  {
    id: "OpenBucketKey",
    actions: ["kms:Decrypt"],
    basis: "documented",
    why: "AWS documents it as required; with an S3 Bucket Key, S3 decrypts the bucket's data key again",
    source: UPDATE_ENCRYPTION,
    grant: (source) => onKeys(source, source.reEncrypt === undefined ? [] : [source.reEncrypt.keyArn]),
  },
  {
    id: "ReEncryptFromOtherKeys",
    actions: ["kms:Decrypt", "kms:ReEncryptFrom"],
    basis: "enforced",
    why: "the data key of an object is re-encrypted from the key that it was under; objects under SSE-S3 have no such key",
    source: UPDATE_ENCRYPTION,
    grant: (source) => onKeys(source, source.reEncrypt?.otherKeyArns ?? []),
  },
  {
    id: "WriteReport",
    actions: ["s3:PutObject"],
    basis: "enforced",
    why: "if a completion report is requested, a job writes it with the role's permissions, under SSE-S3",
    source: "S3 user guide, Configuring an IAM role for S3 Batch Replication",
    grant: ({ reports }) =>
      reports === undefined ? undefined : { resources: [`${reports.bucketArn}/${reports.prefix}job-*`] },
  },
];

/** The statements of the trust policy of a role of S3 Batch Replication. */
export function batchReplicationTrust(access: BatchReplicationAccess): readonly Statement[] {
  return statementsOf(BATCH_TRUST_ROWS, access);
}

/** The statements of its policy. */
export function batchReplicationPolicy(access: BatchReplicationAccess): readonly Statement[] {
  return statementsOf(BATCH_ROWS, access);
}

/** Only through S3 in the keys' Region, and for objects of the bucket. */
function onKeys(source: BatchReplicationAccess, keyArns: readonly string[]): RowGrant | undefined {
  if (source.reEncrypt === undefined || keyArns.length === 0) return undefined;
  return {
    resources: keyArns,
    conditions: {
      StringEquals: { "kms:ViaService": [viaService("s3", source.reEncrypt.region)] },
      StringLike: { "kms:EncryptionContext:aws:s3:arn": contextsOf(source) },
    },
  };
}
