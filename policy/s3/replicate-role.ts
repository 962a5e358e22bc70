import { formatArn, roleArn } from "@keyferry/common";
import type { KeyReference, Statement } from "../document";
import { statementsOf, type PermissionRow } from "../row";
import { anywhere, some } from "../runner-policy/row-grants";
import { objectsOf } from "./scopes";

/** What the role looks at that `keyferry replicate` assumes in an account; the input of its policy. */
export interface ReplicateAccess {
  readonly topology: string;
  readonly partition: string;
  /** 12-digit id. */
  readonly account: string;
  /** Buckets of the account from which something is replicated. */
  readonly sources: readonly {
    readonly region: string;
    /** Name of the replication role. */
    readonly role: string;
    /** Name of the role of jobs that replicate what was there before. @default - that is not asked for */
    readonly batchRole?: string;
    /** Whether objects are put under the source's key before. */
    readonly reEncrypts: boolean;
    /** Where its jobs report what has failed. @default - they write no report */
    readonly reports?: { readonly bucketArn: string; readonly prefix: string };
  }[];
  /** Sources and destinations. */
  readonly bucketArns: readonly string[];
  /** Their keys. */
  readonly keys: readonly KeyReference[];
}

/** Regions of sources whose existing objects may be replicated. */
const jobRegions = (access: ReplicateAccess): readonly string[] =>
  access.sources.flatMap(({ batchRole, region }) => (batchRole === undefined ? [] : [region]));

/**
 * The permission table: what the role may do that `keyferry replicate` assumes in an account: look at buckets that are replicated, and at what decides about their replication, and have
 * S3 replicate what was there before. It opens no object: kms:Decrypt is not among them.
 */
export const REPLICATE_ROWS: readonly PermissionRow<ReplicateAccess>[] = [
  {
    id: "ListReplicatedBuckets",
    actions: ["s3:ListBucketVersions"],
    basis: "enforced",
    why: "keyferry replicate compares what is in a source with what is in its destinations; a replica has the version id of its source",
    source: "S3 API reference, ListObjectVersions",
    grant: (access) => some(access.bucketArns),
  },
  {
    id: "LookAtReplicatedObjects",
    actions: ["s3:GetObjectVersion", "s3:GetObjectVersionTagging"],
    basis: "enforced",
    why: "the replication status, key and tags of an object are told by HeadObject and GetObjectTagging; without kms:Decrypt the content of objects under KMS keys stays closed",
    source: "S3 API reference, HeadObject; GetObjectTagging",
    grant: (access) => some(access.bucketArns.map((arn) => objectsOf({ bucketArn: arn }))),
  },
  {
    id: "ReadReplicatedBuckets",
    actions: [
      "s3:GetBucketAcl",
      "s3:GetBucketObjectLockConfiguration",
      "s3:GetBucketPolicy",
      "s3:GetBucketVersioning",
      "s3:GetEncryptionConfiguration",
      "s3:GetReplicationConfiguration",
    ],
    basis: "enforced",
    why: "why an object has not arrived is decided by the rules and by the policies of both buckets; whose a replica has to be is told by its bucket's owner",
    source:
      "S3 API reference, GetBucketAcl; GetBucketPolicy; GetBucketVersioning; GetBucketEncryption; GetBucketReplication; GetObjectLockConfiguration",
    grant: (access) => some(access.bucketArns),
  },
  {
    id: "ReadBucketKeys",
    actions: ["kms:DescribeKey", "kms:GetKeyPolicy"],
    basis: "enforced",
    why: "why an object has not arrived is decided by the state and the policy of the keys of both sides as well",
    source: "KMS developer guide, Permissions reference",
    grant: ({ keys }) => (keys.length === 0 ? undefined : { resources: keys }),
  },
  {
    id: "ReadReplicationRoles",
    actions: ["iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"],
    basis: "enforced",
    why: "S3 replicates with the permissions of this role: what it lacks is told by its policies",
    source: "Service authorization reference, AWS Identity and Access Management",
    grant: (access) =>
      some(access.sources.map(({ role }) => roleArn(access.partition, access.account, role))),
  },
  {
    id: "CreateReplicationJobs",
    actions: ["s3:CreateJob"],
    basis: "enforced",
    why: "keyferry replicate existing has S3 replicate what was there before the rules or has failed, keyferry replicate re-encrypt has it put objects under their bucket's key, and nothing else is done; the action has no resource-level permission",
    source: "Service authorization reference, Amazon S3",
    grant: (access) => {
      const regions = jobRegions(access);
      return regions.length === 0
        ? undefined
        : {
            resources: ["*"],
            conditions: {
              StringEquals: {
                "aws:RequestedRegion": [...new Set(regions)],
                "s3:RequestJobOperation": [
                  "S3ReplicateObject",
                  ...(access.sources.some(({ reEncrypts }) => reEncrypts)
                    ? ["S3UpdateObjectEncryption"]
                    : []),
                ],
              },
            },
          };
    },
  },
  {
    id: "FindReplicationJobs",
    actions: ["s3:ListJobs"],
    basis: "enforced",
    why: "a job of ours that is in progress is joined instead of doubled; the action has no resource-level permission",
    source: "Service authorization reference, Amazon S3",
    grant: (access) => anywhere(jobRegions(access)),
  },
  {
    id: "WatchReplicationJobs",
    actions: ["s3:DescribeJob"],
    basis: "enforced",
    why: "a job's progress and end are shown",
    source: "Service authorization reference, Amazon S3",
    grant: (access) => some(jobArns(access)),
  },
  {
    id: "ReadJobReports",
    actions: ["s3:GetObject"],
    basis: "enforced",
    why: "which objects of a job have failed, and why, is told by its report, where the topology has jobs write one",
    source: "S3 user guide, Examples: S3 Batch Operations completion reports",
    grant: (access) =>
      some([
        ...new Set(
          access.sources.flatMap(({ reports }) =>
            reports === undefined ? [] : [`${reports.bucketArn}/${reports.prefix}job-*`],
          ),
        ),
      ]),
  },
  {
    id: "TagReplicationJobs",
    actions: ["s3:PutJobTagging"],
    basis: "enforced",
    why: "jobs carry lineage tags from the call on that creates them, and no others",
    source: "S3 user guide, Granting permissions for S3 Batch Operations",
    grant: (access) =>
      some(jobArns(access), {
        StringEquals: { "aws:RequestTag/keyferry:topology": [access.topology] },
      }),
  },
  {
    id: "PassBatchRoles",
    actions: ["iam:PassRole"],
    basis: "enforced",
    why: "a job is given the role of its bucket, which S3 Batch Operations alone may assume",
    source: "S3 user guide, Granting permissions for S3 Batch Operations",
    grant: (access) =>
      some(
        access.sources.flatMap(({ batchRole }) =>
          batchRole === undefined ? [] : [roleArn(access.partition, access.account, batchRole)],
        ),
        { StringEquals: { "iam:PassedToService": ["batchoperations.s3.amazonaws.com"] } },
      ),
  },
];

/** Ids of jobs are not known beforehand. */
function jobArns(access: ReplicateAccess): readonly string[] {
  const { partition, account } = access;
  return [...new Set(jobRegions(access))].map((region) =>
    formatArn({ partition, service: "s3", region, account, resource: "job/*" }),
  );
}

/** The statements of the policy of that role. */
export function replicatePolicy(access: ReplicateAccess): readonly Statement[] {
  return statementsOf(REPLICATE_ROWS, access);
}
