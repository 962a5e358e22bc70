/**
 * Mutations that no proof can notice, because no request exists that they would allow. Every entry in this list must
 * explain why.
 */
export interface ExplainedSurvivor {
  readonly row: string;
  readonly what: string;
  readonly why: string;
}

const CALLER_ACCOUNT =
  "the role's ARN in aws:PrincipalArn already contains the account, so no principal of another account can have it; the condition stays, because AWS and analysers use it to decide whether a key policy is public";

const ANYBODY =
  "aws:PrincipalArn still lists each role of other accounts, and across accounts a role also needs its own identity policy, whether the key policy names every principal or the role's account";

const ADDS_NO_ACCOUNT =
  "WithdrawSnapshots allows a call that adds no account in any case; the condition stays, because ForAllValues is true without a value, and readers of the policy should not have to know that";

const REPLICATORS =
  "aws:PrincipalArn still lists each replication role, and across accounts a role also needs its own policy, whether the policy names every principal or the role's account";

const THIS_BUCKET =
  "a bucket policy decides only about its own bucket and the objects in it, and S3 refuses one that names any other resource; actions on objects are not checked on the bucket itself";

const WRITES_ALONE =
  "no other request has the encryption headers that the condition checks: copies and multipart uploads are authorised as PutObject";

/** Rows of bucket policies that allow replication roles of other accounts. */
const REPLICATORS_IN_BUCKETS = [
  "ReplicatorsWriteReplicas",
  "ReplicatorsWriteDeleteMarkers",
  "ReplicatorsHandOver",
  "ReplicatorsLockReplicas",
];

/** Rows of bucket policies that deny writes by their encryption. */
const ENCRYPTION_GUARDS = [
  "NoOtherEncryption",
  "NoEncryptionWithoutKey",
  "NoOtherKey",
  "NoReplicaWithoutKey",
  "NoCustomerProvidedKey",
];

export const EXPLAINED_SURVIVORS: readonly ExplainedSurvivor[] = [
  ...["AutoScalingGrantsToEbs", "AutoScalingMakesVolumes", "AutoScalingUses"].map((row) => ({
    row,
    what: "without the condition StringEquals kms:CallerAccount",
    why: CALLER_ACCOUNT,
  })),
  ...[
    "CopiersDescribe",
    "CopiersGrantToRds",
    "CopiersUseThroughRds",
    "CopiersGrantToEbs",
    "CopiersUseThroughEc2",
    "IssuersGrantToServiceLinkedRoles",
    "IssuersReadGrants",
  ].map((row) => ({
    row,
    what: 'with Principal "*"',
    why: ANYBODY,
  })),
  ...[
    ...REPLICATORS_IN_BUCKETS,
    "ReplicatorsEncrypt",
    "ReplicatorsOpenBucketKey",
    "ReplicatorsGenerateDataKey",
    "PushImages",
    "FindPushes",
  ].map((row) => ({ row, what: 'with Principal "*"', why: REPLICATORS })),
  { row: "FindPushes", what: 'with Resource "*"', why: THIS_BUCKET },
  ...[...REPLICATORS_IN_BUCKETS, ...ENCRYPTION_GUARDS, "NobodyWithoutTls", "NobodyDeletesBucket"].map(
    (row) => ({
      row,
      what: 'with Resource "*"',
      why: THIS_BUCKET,
    }),
  ),
  ...ENCRYPTION_GUARDS.map((row) => ({ row, what: "with Action s3:*", why: WRITES_ALONE })),
  { row: "ShareSnapshots", what: "without the condition Null ec2:Add/userId", why: ADDS_NO_ACCOUNT },
];
