import type { Statement } from "../document";
import { statementsOf, type PermissionRow } from "../row";
import { toReaders, toTrail, type TrailAccess } from "./trail-access";

const BUCKET_POLICY = "CloudTrail user guide, Amazon S3 bucket policy for CloudTrail";

/** The permission table: the policy of the bucket that a trail writes to. */
export const TRAIL_BUCKET_ROWS: readonly PermissionRow<TrailAccess>[] = [
  {
    id: "LogsOverTlsOnly",
    effect: "Deny",
    actions: ["s3:*"],
    basis: "documented",
    why: "requests without TLS are denied; aws:SecureTransport is false for them, so the Deny names false",
    source: "S3 user guide, Security best practices for Amazon S3, Enforce encryption of data in transit",
    grant: ({ bucketArn }) => ({
      principal: { AWS: ["*"] },
      resources: [bucketArn, `${bucketArn}/*`],
      conditions: { Bool: { "aws:SecureTransport": ["false"] } },
    }),
  },
  {
    id: "NobodyDeletesLogs",
    effect: "Deny",
    actions: ["s3:DeleteBucket", "s3:DeleteObject", "s3:DeleteObjectVersion"],
    basis: "documented",
    why: "no one can delete log files to hide an action, administrators included; a deletion needs a second decision, which is to remove this statement first; it does not apply to deletions by S3 lifecycle rules",
    source: "CloudTrail user guide, Security best practices in AWS CloudTrail",
    grant: ({ bucketArn, retained }) =>
      retained ? { principal: { AWS: ["*"] }, resources: [bucketArn, `${bucketArn}/*`] } : undefined,
  },
  {
    id: "NobodyElseWritesLogs",
    effect: "Deny",
    actions: ["s3:PutObject", "s3:ReplicateObject"],
    basis: "documented",
    why: "a log file that another principal overwrites or adds is not evidence; aws:PrincipalIsAWSService is true only for AWS services, and of those only CloudTrail is allowed anything",
    source: "IAM user guide, AWS global condition context keys: aws:PrincipalIsAWSService",
    grant: ({ bucketArn }) => ({
      principal: { AWS: ["*"] },
      resources: [`${bucketArn}/*`],
      conditions: { Bool: { "aws:PrincipalIsAWSService": ["false"] } },
    }),
  },
  {
    id: "CloudTrailChecksBucket",
    actions: ["s3:GetBucketAcl"],
    basis: "enforced",
    why: "CloudTrail checks who owns the bucket before it creates or changes the trail, and refuses a bucket that it cannot check",
    source: BUCKET_POLICY,
    grant: (access) => ({ ...toTrail(access), resources: [access.bucketArn] }),
  },
  {
    id: "CloudTrailWritesLogs",
    actions: ["s3:PutObject"],
    basis: "enforced",
    why: "CloudTrail writes the log files and digest files of this trail, for the accounts that it logs, and gives the bucket owner full control",
    source: BUCKET_POLICY,
    grant: (access) => ({
      ...toTrail(access, { "s3:x-amz-acl": ["bucket-owner-full-control"] }),
      resources: [access.account, access.organizationId].flatMap((owner) =>
        owner === undefined ? [] : [`${access.bucketArn}/${access.prefix}AWSLogs/${owner}/*`],
      ),
    }),
  },
  {
    id: "ReadersListLogs",
    actions: ["s3:ListBucket"],
    basis: "enforced",
    why: "a role of another account finds the log files by listing them: their names contain the time of delivery",
    source: "CloudTrail user guide, Sharing CloudTrail log files between AWS accounts",
    grant: (access) =>
      access.readers.length === 0 ? undefined : { ...toReaders(access), resources: [access.bucketArn] },
  },
  {
    id: "ReadersReadLogs",
    actions: ["s3:GetObject"],
    basis: "enforced",
    why: "a role of another account reads log files, and the digest files that prove them unchanged",
    source: "CloudTrail user guide, Sharing CloudTrail log files between AWS accounts",
    grant: (access) =>
      access.readers.length === 0
        ? undefined
        : { ...toReaders(access), resources: [`${access.bucketArn}/${access.prefix}AWSLogs/*`] },
  },
];

/** The statements of the policy of a trail's bucket. */
export function trailBucketPolicy(access: TrailAccess): readonly Statement[] {
  return statementsOf(TRAIL_BUCKET_ROWS, access);
}
