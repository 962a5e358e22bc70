import { formatArn, roleArn } from "@keyferry/common";
import type { KeyReference, Statement } from "../document";
import { statementsOf, type PermissionRow } from "../row";
import { anywhere, some } from "../runner-policy/row-grants";
import { objectsOf } from "./scopes";

/** What the role that `keyferry replicate` assumes in an account reads; the input of its policy. */
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
    /** Name of the role of jobs that replicate existing objects. @default - existing objects are not replicated */
    readonly batchRole?: string;
    /** Whether existing objects are first re-encrypted under the source's key. */
    readonly reEncrypts: boolean;
    /** Where its jobs write reports of failures. @default - they write no report */
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
 * The permission table: what the role that `keyferry replicate` assumes in an account may do: read replicated buckets and the configuration that decides about their replication, and have
 * S3 replicate existing objects. It cannot decrypt objects: kms:Decrypt is not included.
 */
export const REPLICATE_ROWS: readonly PermissionRow<ReplicateAccess>[] = [
  {
    id: "ListReplicatedBuckets",
    actions: ["s3:ListBucketVersions"],
    basis: "enforced",
    why: "keyferry replicate compares the objects of a source with those of its destinations; a replica has the version id of its source object",
    source: "S3 API reference, ListObjectVersions",
    grant: (access) => some(access.bucketArns),
  },
  {
    id: "LookAtReplicatedObjects",
    actions: ["s3:GetObjectVersion", "s3:GetObjectVersionTagging"],
    basis: "enforced",
    why: "HeadObject and GetObjectTagging return the replication status, key and tags of an object; without kms:Decrypt the content of objects under KMS keys cannot be read",
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
    why: "to find why an object was not replicated, the rules and the policies of both buckets are read; the ACL shows the owner of the bucket, who must own the replicas",
    source:
      "S3 API reference, GetBucketAcl; GetBucketPolicy; GetBucketVersioning; GetBucketEncryption; GetBucketReplication; GetObjectLockConfiguration",
    grant: (access) => some(access.bucketArns),
  },
  {
    id: "ReadBucketKeys",
    actions: ["kms:DescribeKey", "kms:GetKeyPolicy"],
    basis: "enforced",
    why: "to find why an object was not replicated, the state and the policy of the keys of both buckets are also read",
    source: "KMS developer guide, Permissions reference",
    grant: ({ keys }) => (keys.length === 0 ? undefined : { resources: keys }),
  },
  {
    id: "ReadReplicationRoles",
    actions: ["iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"],
    basis: "enforced",
    why: "S3 replicates with the permissions of this role; its policies show which permission is missing",
    source: "Service authorization reference, AWS Identity and Access Management",
    grant: (access) =>
      some(access.sources.map(({ role }) => roleArn(access.partition, access.account, role))),
  },
  {
    id: "CreateReplicationJobs",
    actions: ["s3:CreateJob"],
    basis: "enforced",
    why: "keyferry replicate existing has S3 replicate objects that existed before the rules or whose replication failed, keyferry replicate re-encrypt has it re-encrypt objects under their bucket's key; no other operation is allowed; the action has no resource-level permission",
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
    why: "if one of Keyferry's jobs is in progress, the command waits for it instead of creating a second one; the action has no resource-level permission",
    source: "Service authorization reference, Amazon S3",
    grant: (access) => anywhere(jobRegions(access)),
  },
  {
    id: "WatchReplicationJobs",
    actions: ["s3:DescribeJob"],
    basis: "enforced",
    why: "the progress and the result of a job are shown",
    source: "Service authorization reference, Amazon S3",
    grant: (access) => some(jobArns(access)),
  },
  {
    id: "ReadJobReports",
    actions: ["s3:GetObject"],
    basis: "enforced",
    why: "the report of a job lists which objects failed and why, if the topology has jobs write reports",
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
    why: "jobs get lineage tags, and no other tags, in the call that creates them",
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
    why: "a job gets the role of its bucket, which only S3 Batch Operations may assume",
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

/** The ids of jobs are not known beforehand. */
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
