import { bucketArn, roleArn } from "@keyferry/common";
import type { DeployAccess } from "./deploy-access";
import type { PermissionRow, RowGrant } from "./row";

/** What Terraform reads and sets for every bucket that it creates. */
const BUCKET_ACTIONS = [
  "s3:CreateBucket",
  "s3:GetAccelerateConfiguration",
  "s3:GetBucketAcl",
  "s3:GetBucketCORS",
  "s3:GetBucketLocation",
  "s3:GetBucketLogging",
  "s3:GetBucketObjectLockConfiguration",
  "s3:GetBucketOwnershipControls",
  "s3:GetBucketPolicy",
  "s3:GetBucketPublicAccessBlock",
  "s3:GetBucketRequestPayment",
  "s3:GetBucketTagging",
  "s3:GetBucketVersioning",
  "s3:GetBucketWebsite",
  "s3:GetEncryptionConfiguration",
  "s3:GetLifecycleConfiguration",
  "s3:GetReplicationConfiguration",
  "s3:ListBucket",
  "s3:PutBucketOwnershipControls",
  "s3:PutBucketPolicy",
  "s3:PutBucketPublicAccessBlock",
  "s3:PutBucketTagging",
  "s3:PutBucketVersioning",
  "s3:PutEncryptionConfiguration",
];

/** What Terraform does with the deploy role of an account that has buckets of the topology. No deployment deletes a bucket that is retained. */
export const DEPLOY_BUCKET_ROWS: readonly PermissionRow<DeployAccess>[] = [
  {
    id: "MakeBuckets",
    actions: BUCKET_ACTIONS,
    basis: "enforced",
    why: "the foundation creates the buckets with their policies, and Terraform's AWS provider reads their settings; it never deletes a bucket and reads no object",
    source: "Service authorization reference, Amazon S3",
    grant: ({ buckets = [], partition }) => onBuckets(partition, buckets),
  },
  {
    id: "MakeImageBuckets",
    actions: [
      ...BUCKET_ACTIONS,
      "s3:DeleteBucket",
      "s3:DeleteBucketPolicy",
      "s3:DeleteObject",
      "s3:DeleteObjectVersion",
      "s3:ListBucketVersions",
      "s3:PutLifecycleConfiguration",
    ],
    basis: "enforced",
    why: "the foundation creates the buckets for stored images (route store-restore), and empties and deletes them when no rule uses this route: they contain only temporary objects; reading an object is not allowed",
    source: "Service authorization reference, Amazon S3",
    grant: ({ imageBuckets = false, partition, topology, account }) => {
      if (!imageBuckets) return undefined;
      const buckets = bucketArn(partition, `keyferry-${topology}-${account}-*`);
      return { resources: [buckets, `${buckets}/*`] };
    },
  },
  {
    id: "EnableObjectLock",
    actions: ["s3:GetBucketObjectLockConfiguration", "s3:PutBucketObjectLockConfiguration"],
    basis: "enforced",
    why: "Object Lock is enabled on buckets of rules with objectLock; it can never be disabled again, and the default retention is left to the bucket's account",
    source: "Service authorization reference, Amazon S3",
    grant: ({ bucketsWithObjectLock = [], partition }) => onBuckets(partition, bucketsWithObjectLock),
  },
  {
    id: "SetReplication",
    actions: ["s3:GetReplicationConfiguration", "s3:PutReplicationConfiguration"],
    basis: "enforced",
    why: "the replication of a source bucket is configured, and removed when no rule is left; one configuration contains all rules of a bucket",
    source: "Service authorization reference, Amazon S3",
    grant: ({ replicatedBuckets = [], partition }) => onBuckets(partition, replicatedBuckets),
  },
  {
    id: "SendReplicationEvents",
    actions: ["s3:GetBucketNotification", "s3:PutBucketNotification"],
    basis: "enforced",
    why: "the replication events of a source are sent to the destination in its replicationEvents, until that setting is removed; notifications that someone else configured are never replaced",
    source: "Service authorization reference, Amazon S3",
    grant: ({ bucketsWithEvents = [], partition }) => onBuckets(partition, bucketsWithEvents),
  },
  {
    id: "MakeReplicationRoles",
    actions: [
      "iam:CreateRole",
      "iam:DeleteRole",
      "iam:DeleteRolePolicy",
      "iam:GetRole",
      "iam:GetRolePolicy",
      "iam:ListAttachedRolePolicies",
      "iam:ListInstanceProfilesForRole",
      "iam:ListRolePolicies",
      "iam:PutRolePolicy",
      "iam:TagRole",
      "iam:UntagRole",
      "iam:UpdateAssumeRolePolicy",
    ],
    basis: "enforced",
    why: "the foundation creates the roles with which S3 replicates a bucket and its existing objects, and the role that keyferry replicate assumes, and deletes them when nothing is replicated any more",
    source: "Service authorization reference, AWS Identity and Access Management",
    grant: (access) => onRolesOfBuckets(access),
  },
  {
    id: "PassReplicationRoles",
    actions: ["iam:PassRole"],
    basis: "enforced",
    why: "the principal that configures the replication of a bucket passes the replication role to S3",
    source: "S3 API reference, PutBucketReplication",
    grant: (access) => onReplicationRoles(access),
  },
];

function onBuckets(partition: string, buckets: readonly string[]): RowGrant | undefined {
  return buckets.length === 0 ? undefined : { resources: buckets.map((name) => bucketArn(partition, name)) };
}

/** Roles that S3 assumes to replicate new objects. */
function onReplicationRoles({
  replicatedBuckets = [],
  topology,
  partition,
  account,
}: DeployAccess): RowGrant | undefined {
  if (replicatedBuckets.length === 0) return undefined;
  return {
    resources: [roleArn(partition, account, `keyferry-${topology}-replicate-*`)],
    conditions: { StringEquals: { "iam:PassedToService": ["s3.amazonaws.com"] } },
  };
}

/** All roles that belong to the buckets of an account. */
function onRolesOfBuckets({
  buckets = [],
  replicatedBuckets = [],
  namesBuckets = buckets.length + replicatedBuckets.length > 0,
  topology,
  partition,
  account,
}: DeployAccess): RowGrant | undefined {
  if (!namesBuckets) return undefined;
  const ofSources = replicatedBuckets.length === 0 ? [] : ["replicate-*", "existing-*"];
  return {
    resources: [...ofSources, "replication"].map((name) =>
      roleArn(partition, account, `keyferry-${topology}-${name}`),
    ),
  };
}
