import { accountPrincipal, roleArn } from "@keyferry/common";
import type { Statement } from "../document";
import { statementsOf, type PermissionRow, type RowGrant } from "../row";
import { objectsOf, type BucketAccess, type Replicator } from "./scopes";

const ALGORITHM = "s3:x-amz-server-side-encryption";
const KEY = "s3:x-amz-server-side-encryption-aws-kms-key-id";
const CUSTOMER_ALGORITHM = "s3:x-amz-server-side-encryption-customer-algorithm";

type ReplicatedBucket = Pick<BucketAccess, "partition" | "bucketArn" | "replicators">;

const EVERYBODY: RowGrant = { principal: { AWS: ["*"] } };

/** What is denied in every bucket under a customer managed key. */
const OWNER_ROWS: readonly PermissionRow<BucketAccess>[] = [
  {
    id: "NobodyWithoutTls",
    effect: "Deny",
    actions: ["s3:*"],
    basis: "documented",
    why: "requests without TLS are denied; aws:SecureTransport is false for them, so the Deny names false",
    source: "S3 user guide, Security best practices for Amazon S3, Enforce encryption of data in transit",
    grant: (bucket) => ({
      ...EVERYBODY,
      resources: [bucket.bucketArn, objectsOf(bucket)],
      conditions: { Bool: { "aws:SecureTransport": ["false"] } },
    }),
  },
  {
    id: "NoEncryptionWithoutKey",
    effect: "Deny",
    actions: ["s3:PutObject"],
    basis: "documented",
    why: "a request that specifies an encryption type overrides the bucket's default, so it must name the bucket's key; a request that specifies nothing is encrypted with the default and is allowed",
    source: "S3 API reference, PutObject, x-amz-server-side-encryption-aws-kms-key-id",
    grant: (bucket) => onObjects(bucket, { Null: { [ALGORITHM]: ["false"], [KEY]: ["true"] } }),
  },
  {
    id: "NoOtherKey",
    effect: "Deny",
    actions: ["s3:PutObject", "s3:ReplicateObject"],
    basis: "documented",
    why: "objects and replicas that name another key are denied; without the Null condition, a request that names no key and is encrypted with the default would also be denied",
    source:
      "S3 user guide, Using server-side encryption with AWS KMS keys, Require SSE-KMS with a specific key",
    grant: (bucket) =>
      onObjects(bucket, { StringNotEquals: { [KEY]: [bucket.keyArn] }, Null: { [KEY]: ["false"] } }),
  },
  {
    id: "NoReplicaWithoutKey",
    effect: "Deny",
    actions: ["s3:ReplicateObject"],
    basis: "documented",
    why: "an object under SSE-S3 would also be under SSE-S3 at its destination, regardless of that bucket's default; with this Deny its replication fails visibly instead",
    source: "S3 user guide, Replicating encrypted objects",
    grant: (bucket) => onObjects(bucket, { StringEquals: { [ALGORITHM]: ["AES256"] } }),
  },
  {
    id: "NoCustomerProvidedKey",
    effect: "Deny",
    actions: ["s3:PutObject", "s3:ReplicateObject"],
    basis: "documented",
    why: "an object under a customer-provided key (SSE-C), and its replica, would not be under the bucket's key; this Deny also applies if someone unblocks SSE-C on the bucket",
    source: "S3 user guide, Blocking or unblocking SSE-C for a general purpose bucket",
    grant: (bucket) => onObjects(bucket, { Null: { [CUSTOMER_ALGORITHM]: ["false"] } }),
  },
  {
    id: "NobodyDeletesBucket",
    effect: "Deny",
    actions: ["s3:DeleteBucket"],
    basis: "documented",
    why: "an administrator cannot delete the bucket outside Terraform by mistake; S3 itself refuses only the deletion of a bucket that is not empty",
    source: "S3 user guide, Deleting a bucket",
    grant: (bucket) => (bucket.retained ? { ...EVERYBODY, resources: [bucket.bucketArn] } : undefined),
  },
];

/** Replication roles of other accounts. */
const REPLICATOR_ROWS: readonly PermissionRow<ReplicatedBucket>[] = [
  {
    id: "ReplicatorsWriteReplicas",
    actions: ["s3:ReplicateObject", "s3:ReplicateTags"],
    basis: "enforced",
    why: "the replication role of another account writes replicas and their tags",
    source: "S3 user guide, Setting up permissions for live replication",
    grant: (bucket) => toReplicators(bucket, bucket.replicators),
  },
  {
    id: "ReplicatorsWriteDeleteMarkers",
    actions: ["s3:ReplicateDelete"],
    basis: "enforced",
    why: "the replication role of another account writes delete markers, if its rules replicate them",
    source: "S3 user guide, Setting up permissions for live replication",
    grant: (bucket) =>
      toReplicators(
        bucket,
        bucket.replicators.filter(({ deleteMarkers }) => deleteMarkers),
      ),
  },
  {
    id: "ReplicatorsLockReplicas",
    actions: ["s3:PutObjectRetention", "s3:PutObjectLegalHold"],
    basis: "documented",
    why: "the replication role of another account sets the retention and the legal hold of the source objects on replicas, if its rules say that the source has Object Lock",
    source: "S3 user guide, Amazon S3 replication failure reasons",
    grant: (bucket) =>
      toReplicators(
        bucket,
        bucket.replicators.filter(({ objectLock }) => objectLock === true),
      ),
  },
  {
    id: "ReplicatorsHandOver",
    actions: ["s3:ObjectOwnerOverrideToBucketOwner"],
    basis: "enforced",
    why: "replicas belong to the owner of the destination bucket instead of the owner of the source",
    source: "S3 user guide, Changing the replica owner",
    grant: (bucket) => toReplicators(bucket, bucket.replicators),
  },
];

/** The permission table: the policy of a bucket under a customer managed key. */
export const BUCKET_ROWS: readonly PermissionRow<BucketAccess>[] = [...OWNER_ROWS, ...REPLICATOR_ROWS];

/** The statements of a bucket's policy. */
export function bucketPolicy(bucket: BucketAccess): readonly Statement[] {
  return statementsOf(BUCKET_ROWS, bucket);
}

/** Only the statements for a replication role of another account, for the policy of an existing bucket. */
export function bucketPolicyForReplication(
  partition: string,
  bucketArn: string,
  role: Replicator,
): readonly Statement[] {
  return statementsOf(REPLICATOR_ROWS, { partition, bucketArn, replicators: [role] });
}

function onObjects(bucket: BucketAccess, conditions: RowGrant["conditions"]): RowGrant {
  return {
    ...EVERYBODY,
    resources: [objectsOf(bucket)],
    ...(conditions === undefined ? {} : { conditions }),
  };
}

/**
 * Allows roles of other accounts by naming their accounts with a condition on the roles' ARNs, as key policies do: AWS refuses
 * a policy that names a role that does not exist, and such a statement has no effect after the role is created again.
 */
function toReplicators(bucket: ReplicatedBucket, roles: readonly Replicator[]): RowGrant | undefined {
  if (roles.length === 0) return undefined;
  const { partition } = bucket;
  const accounts = new Set(roles.map(({ account }) => accountPrincipal(partition, account)));
  return {
    principal: { AWS: [...accounts] },
    resources: [objectsOf(bucket)],
    conditions: {
      ArnEquals: {
        "aws:PrincipalArn": roles.map(({ account, roleName }) => roleArn(partition, account, roleName)),
      },
    },
  };
}
