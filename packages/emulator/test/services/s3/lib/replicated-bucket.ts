/** A bucket with rules for another account and Region, and the two roles of its replication. */
import { PutBucketReplicationCommand, type ReplicationRule } from "@aws-sdk/client-s3";
import { policy } from "../../../lib/cloud";
import { DST, FRANKFURT, IRELAND, SRC, type Stage } from "./stage";

export const SOURCE = "arn:aws:s3:::source";
export const TARGET = "arn:aws:s3:::target";
export const REPORTS = "arn:aws:s3:::reports";
export const BATCH_ROLE = `arn:aws:iam::${SRC}:role/batch`;

/**
 * The permissions that Batch Replication requires of the job's role. Source: S3 user guide, "Configuring an IAM role
 * for S3 Batch Replication".
 */
export const BATCH = {
  initiate: { Action: "s3:InitiateReplication", Resource: `${SOURCE}/*` },
  rules: { Action: "s3:GetReplicationConfiguration", Resource: SOURCE },
  inventory: { Action: "s3:PutInventoryConfiguration", Resource: SOURCE },
  report: { Action: "s3:PutObject", Resource: `${REPORTS}/*` },
  manifest: { Action: ["s3:GetObject", "s3:GetObjectVersion"], Resource: `${REPORTS}/*` },
};

const via = (region: string, key: string, Action: string[]): object => ({
  Action,
  Resource: key,
  Condition: { StringLike: { "kms:ViaService": `s3.${region}.amazonaws.com` } },
});

export async function replicatedBucket(stage: Stage) {
  await stage.bucket("source", SRC, IRELAND, true);
  await stage.bucket("target", DST, FRANKFURT, true);
  await stage.bucket("reports", SRC, IRELAND, true);
  const from = await stage.key();
  const to = await stage.key(DST, FRANKFURT, {
    Effect: "Allow",
    Principal: { AWS: SRC },
    Action: ["kms:Encrypt", "kms:Decrypt"],
    Resource: "*",
  });
  await stage.putPolicy(stage.s3(DST, FRANKFURT), "target", {
    Effect: "Allow",
    Principal: { AWS: SRC },
    Action: ["s3:Replicate*", "s3:ObjectOwnerOverrideToBucketOwner"],
    Resource: `${TARGET}/*`,
  });
  const role = (name: string, service: string, statements: readonly object[]): void => {
    const trust = policy({ Principal: { Service: service }, Action: "sts:AssumeRole" });
    const own = {
      Version: "2012-10-17",
      Statement: statements.map((one) => ({ Effect: "Allow", ...one })),
    };
    stage.moto.addRole(SRC, name, { trust, policies: { own } });
    stage.forgetIdentities();
  };
  const rule: ReplicationRule = {
    ID: "to-target",
    Priority: 1,
    Status: "Enabled",
    Filter: { Prefix: "" },
    DeleteMarkerReplication: { Status: "Enabled" },
    SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: "Enabled" } },
    Destination: {
      Bucket: TARGET,
      Account: DST,
      AccessControlTranslation: { Owner: "Destination" },
      EncryptionConfiguration: { ReplicaKmsKeyID: to },
    },
  };
  return {
    keys: { from, to },
    /** The role of live replication; without the permission on the destination's key where replication is to fail. */
    replicationRole(closes = true): void {
      role("replication", "s3.amazonaws.com", [
        { Action: ["s3:GetReplicationConfiguration", "s3:ListBucket"], Resource: SOURCE },
        { Action: "s3:GetObjectVersion*", Resource: `${SOURCE}/*` },
        { Action: ["s3:Replicate*", "s3:ObjectOwnerOverrideToBucketOwner"], Resource: `${TARGET}/*` },
        via(IRELAND, from, ["kms:Decrypt"]),
        ...(closes ? [via(FRANKFURT, to, ["kms:Encrypt", "kms:Decrypt"])] : []),
      ]);
    },
    batchRole(
      statements: Partial<Record<keyof typeof BATCH, object>> = BATCH,
      service = "batchoperations.s3.amazonaws.com",
    ): void {
      role("batch", service, Object.values(statements));
    },
    configure: (...more: readonly Partial<ReplicationRule>[]) =>
      stage.s3().send(
        new PutBucketReplicationCommand({
          Bucket: "source",
          ReplicationConfiguration: {
            Role: `arn:aws:iam::${SRC}:role/replication`,
            Rules: (more.length === 0 ? [{}] : more).map((one) => ({ ...rule, ...one })),
          },
        }),
      ),
    underKey: { ServerSideEncryption: "aws:kms", SSEKMSKeyId: from } as const,
  };
}
