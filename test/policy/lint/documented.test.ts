import { lintReport, type LintSubject } from "../../../policy/lint";
import {
  AUTO_SCALING_ROLE,
  DST,
  identity,
  key,
  KEY_ARN,
  keyUse,
  ROOT,
  SOURCE_KEY_ARN,
  SRC,
  trust,
} from "./cases/shapes";

const USE = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"];
const FOR_AWS = { Condition: { Bool: { "kms:GrantIsForAWSResource": "true" } } };
const inBucket = (region: string, bucket: string) => ({
  Condition: {
    StringLike: {
      "kms:ViaService": `s3.${region}.amazonaws.com`,
      "kms:EncryptionContext:aws:s3:arn": [`arn:aws:s3:::${bucket}/*`, `arn:aws:s3:::${bucket}`],
    },
  },
});

/** Policies from AWS's documents that are correct. */
const DOCUMENTED: Readonly<Record<string, LintSubject>> = {
  "the default key policy": key(),
  "the console's key policy, with administrators and users": key(
    {
      Sid: "Allow access for Key Administrators",
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${SRC}:role/admin` },
      Action: [
        "kms:Create*",
        "kms:Describe*",
        "kms:Enable*",
        "kms:List*",
        "kms:Put*",
        "kms:Update*",
        "kms:Revoke*",
      ].concat(
        ["kms:Disable*", "kms:Get*", "kms:Delete*", "kms:TagResource", "kms:UntagResource"],
        ["kms:ScheduleKeyDeletion", "kms:CancelKeyDeletion", "kms:RotateKeyOnDemand"],
      ),
    },
    {
      Sid: "Allow use of the key",
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${SRC}:user/x` },
      Action: USE,
    },
    {
      Sid: "Allow attachment of persistent resources",
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${SRC}:user/x` },
      Action: ["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"],
      ...FOR_AWS,
    },
  ),
  "another account's use of a key": key(
    { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${DST}:root` }, Action: USE },
    { Effect: "Allow", Principal: { AWS: DST }, Action: "kms:CreateGrant", ...FOR_AWS },
  ),
  "an organisation's use of a key": keyUse("*", {
    Action: ["kms:Describe*", "kms:List*", "kms:Get*", "kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*"],
    Condition: {
      StringEquals: { "aws:PrincipalOrgID": "o-123example" },
      "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": "o-123example/r-ab12/ou-ab12-33333333/*" },
    },
  }),
  "a grant for another account's Auto Scaling role": keyUse(
    { AWS: `arn:aws:iam::${DST}:root` },
    {
      Action: "kms:CreateGrant",
      Condition: {
        StringEquals: { "kms:GranteePrincipal": AUTO_SCALING_ROLE.replace(SRC, DST) },
        "ForAllValues:StringEquals": { "kms:GrantOperations": ["Decrypt", "CreateGrant"] },
      },
    },
  ),
  "the policy of a copying role": identity(
    { Sid: "UseBothKeys", Action: USE, Resource: [SOURCE_KEY_ARN, KEY_ARN] },
    {
      Sid: "Grants",
      Action: ["kms:CreateGrant", "kms:ListGrants"],
      Resource: [SOURCE_KEY_ARN, KEY_ARN],
      ...FOR_AWS,
    },
    { Sid: "Copy", Action: ["ec2:CopyImage", "ec2:CopySnapshot", "ec2:DescribeImages"], Resource: "*" },
    {
      Sid: "Tag",
      Action: "ec2:CreateTags",
      Resource: ["arn:aws:ec2:*::image/*", "arn:aws:ec2:*::snapshot/*"],
    },
  ),
  "the policy of a replication role": identity(
    { Action: ["s3:GetReplicationConfiguration", "s3:ListBucket"], Resource: "arn:aws:s3:::source" },
    {
      Action: ["s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging"],
      Resource: "arn:aws:s3:::source/*",
    },
    {
      Action: [
        "s3:ReplicateObject",
        "s3:ReplicateDelete",
        "s3:ReplicateTags",
        "s3:ObjectOwnerOverrideToBucketOwner",
      ],
      Resource: "arn:aws:s3:::destination/*",
    },
    { Action: "kms:Decrypt", Resource: SOURCE_KEY_ARN, ...inBucket("us-east-2", "source") },
    {
      Action: ["kms:Encrypt", "kms:GenerateDataKey", "kms:Decrypt"],
      Resource: KEY_ARN,
      ...inBucket("eu-central-1", "destination"),
    },
  ),
  "the trust policy of a replication role": trust({
    Principal: { Service: ["s3.amazonaws.com", "batchoperations.s3.amazonaws.com"] },
    Condition: { StringEquals: { "aws:SourceAccount": SRC } },
  }),
  "a trust policy for another account with an external id": trust({
    Principal: { AWS: ROOT },
    Condition: { StringEquals: { "sts:ExternalId": "keyferry" } },
  }),
  "an administrator's policy": identity({ Action: "*", Resource: "*" }),
};

test.each(Object.entries(DOCUMENTED))("%s passes every rule", (_name, subject) => {
  expect(lintReport({ ...subject, kind: undefined }).findings).toEqual([]);
});
