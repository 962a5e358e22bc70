/**
 * Mutations that no proof can notice, because no request exists that they would let through. Whoever adds to this list
 * explains why.
 */
export interface ExplainedSurvivor {
  readonly row: string;
  readonly what: string;
  readonly why: string;
}

const CALLER_ACCOUNT =
  "the role's ARN in aws:PrincipalArn names the account already, so no principal of another account can carry it; the condition stays, because AWS and analysers tell a public key policy by it";

const ANYBODY =
  "aws:PrincipalArn still names the roles of other accounts one by one, and across accounts a role needs its own identity policy as well, whether the key policy names everybody or its account";

const ADDS_NOBODY =
  "a call that adds nobody is allowed by WithdrawSnapshots in any case; the condition stays, because ForAllValues is true where there is no value, and readers of the policy should not have to know it";

const REPLICATORS =
  "aws:PrincipalArn still names the replication roles one by one, and across accounts a role needs its own policy as well, whether the policy names everybody or the role's account";

const THIS_BUCKET =
  "a bucket policy decides about its own bucket and the objects in it alone, and S3 refuses one that names any other resource; actions on objects do not ask about the bucket itself";

const WRITES_ALONE =
  "no other request carries the headers of encryption that the condition asks about: what is copied or uploaded in parts is authorised as PutObject";

/** Rows of bucket policies that let replication roles of other accounts in. */
const REPLICATORS_IN_BUCKETS = [
  "ReplicatorsWriteReplicas",
  "ReplicatorsWriteDeleteMarkers",
  "ReplicatorsHandOver",
  "ReplicatorsLockReplicas",
];

/** Rows of bucket policies that refuse writes by how they are encrypted. */
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
  { row: "ShareSnapshots", what: "without the condition Null ec2:Add/userId", why: ADDS_NOBODY },
];
