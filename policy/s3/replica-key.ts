import { accountPrincipal, roleArn, viaService } from "@keyferry/common";
import type { Statement } from "../document";
import { statementsOf, type PermissionRow, type RowGrant } from "../row";
import { contextsOf, type ReplicaKeyAccess } from "./scopes";

/** The permission table: replication roles of other accounts in the policy of the key that encrypts replicas. */
export const REPLICA_KEY_ROWS: readonly PermissionRow<ReplicaKeyAccess>[] = [
  {
    id: "ReplicatorsEncrypt",
    actions: ["kms:Encrypt"],
    basis: "enforced",
    why: "S3 encrypts each replica under the destination's key with the permissions of the replication role",
    source: "S3 user guide, Replicating encrypted objects",
    grant: toWriters,
  },
  {
    id: "ReplicatorsOpenBucketKey",
    actions: ["kms:Decrypt"],
    basis: "enforced",
    why: "with an S3 Bucket Key, S3 decrypts the bucket's data key again, to verify its integrity",
    source: "S3 user guide, Reducing the cost of SSE-KMS with Amazon S3 Bucket Keys",
    grant: toWriters,
  },
  {
    id: "ReplicatorsGenerateDataKey",
    actions: ["kms:GenerateDataKey"],
    basis: "documented",
    why: "AWS documents it for the destination's key if the bucket's default encryption applies to a replica, and if an S3 Bucket Key is created",
    source: "S3 user guide, Troubleshooting replication",
    grant: toWriters,
  },
];

/** The statements for roles of other accounts that write replicas under a key. */
export function replicaKeyPolicy(access: ReplicaKeyAccess): readonly Statement[] {
  return statementsOf(REPLICA_KEY_ROWS, access);
}

/** Only through S3 in the key's Region, and for the buckets that were granted. */
function toWriters({ partition, region, writers }: ReplicaKeyAccess): RowGrant | undefined {
  if (writers.length === 0) return undefined;
  const unique = (values: readonly string[]) => [...new Set(values)];
  return {
    principal: { AWS: unique(writers.map(({ account }) => accountPrincipal(partition, account))) },
    resources: ["*"],
    conditions: {
      ArnEquals: {
        "aws:PrincipalArn": unique(
          writers.map(({ account, roleName }) => roleArn(partition, account, roleName)),
        ),
      },
      StringEquals: { "kms:ViaService": [viaService("s3", region)] },
      StringLike: { "kms:EncryptionContext:aws:s3:arn": unique(writers.flatMap(contextsOf)) },
    },
  };
}
