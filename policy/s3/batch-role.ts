import type { Statement } from "../document";
import { statementsOf, type PermissionRow } from "../row";
import { objectsOf, type BatchReplicationAccess } from "./scopes";

/** The permission table: who may become a role of S3 Batch Replication. */
export const BATCH_TRUST_ROWS: readonly PermissionRow<BatchReplicationAccess>[] = [
  {
    id: "BatchOperationsReplicate",
    actions: ["sts:AssumeRole"],
    basis: "enforced",
    why: "S3 Batch Operations assume the role for the objects of a job; AWS's example has no condition",
    source: "S3 user guide, Configuring an IAM role for S3 Batch Replication",
    grant: () => ({ principal: { Service: ["batchoperations.s3.amazonaws.com"] } }),
  },
];

/** The permission table: what a role of S3 Batch Replication may do. It reads and writes no object: the replication role does. */
export const BATCH_ROWS: readonly PermissionRow<BatchReplicationAccess>[] = [
  {
    id: "InitiateReplication",
    actions: ["s3:InitiateReplication"],
    basis: "enforced",
    why: "a job has each object replicated that was there before the rules or that failed; the replication role does it, by the bucket's rules",
    source: "S3 user guide, Configuring an IAM role for S3 Batch Replication",
    grant: (source) => ({ resources: [objectsOf(source)] }),
  },
  {
    id: "FindObjectsToReplicate",
    actions: ["s3:GetReplicationConfiguration", "s3:PutInventoryConfiguration"],
    basis: "enforced",
    why: "S3 lists the bucket's objects for a job, as it does for an inventory, and takes those that the rules name",
    source: "S3 user guide, Configuring an IAM role for S3 Batch Replication",
    grant: ({ bucketArn }) => ({ resources: [bucketArn] }),
  },
  {
    id: "WriteReport",
    actions: ["s3:PutObject"],
    basis: "enforced",
    why: "a job writes its completion report with the role's permissions, under SSE-S3, where one is asked for",
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
