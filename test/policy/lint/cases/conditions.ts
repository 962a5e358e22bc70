import {
  at,
  DST,
  identity,
  KEY_ARN,
  keyUse,
  onKey,
  ROOT,
  SOURCE_KEY_ARN,
  withContext,
  type RuleCase,
} from "./shapes";

const via = (value: unknown) => ({ Condition: { StringEquals: { "kms:ViaService": value } } });
const VIA = "Statement[0].Condition.StringEquals.kms:ViaService";
const when = (operator: string, key: string, value: unknown) => ({
  Condition: { [operator]: { [key]: value } },
});

export const CONDITION_CASES: readonly RuleCase[] = [
  {
    rule: "via-service-form",
    fails: [
      at(onKey("kms:Decrypt", via("ec2.cn-north-1.amazonaws.com.cn")), VIA),
      at(onKey("kms:Decrypt", via(["ec2.eu-west-1.amazonaws.com", "ec2.amazonaws.com"])), `${VIA}[1]`),
      at(onKey("kms:Decrypt", via("ebs.eu-west-1.amazonaws.com")), VIA),
      at(onKey("kms:Decrypt", via("ec2.eu-west-1")), VIA),
    ],
    passes: [
      onKey("kms:Decrypt", via("ec2.cn-north-1.amazonaws.com")),
      onKey("kms:Decrypt", when("StringLike", "kms:ViaService", "ec2.*.amazonaws.com")),
    ],
    silent: [onKey("kms:Decrypt")],
  },
  {
    rule: "via-service-region",
    fails: [
      at(
        onKey("kms:Decrypt", {
          Resource: [KEY_ARN, SOURCE_KEY_ARN],
          ...via("s3.eu-central-1.amazonaws.com"),
        }),
        "Statement[0].Resource[1]",
      ),
      at(
        withContext(keyUse({ AWS: ROOT }, via("s3.us-east-2.amazonaws.com")), { keyArn: KEY_ARN }),
        "Statement[1].Condition",
      ),
    ],
    passes: [
      onKey("kms:Decrypt", {
        Resource: [KEY_ARN, SOURCE_KEY_ARN],
        ...via(["ec2.eu-central-1.amazonaws.com", "ec2.us-east-2.amazonaws.com"]),
      }),
      onKey("kms:Decrypt", when("StringLike", "kms:ViaService", "ec2.*.amazonaws.com")),
      withContext(keyUse({ AWS: ROOT }, via("s3.eu-central-1.amazonaws.com")), { region: "eu-central-1" }),
    ],
    silent: [onKey("kms:Decrypt")],
  },
  {
    rule: "unknown-condition-key",
    fails: [
      at(
        onKey("kms:CreateGrant", when("Bool", "kms:GrantIsForAWSResources", "true")),
        "Statement[0].Condition.Bool.kms:GrantIsForAWSResources",
      ),
      at(
        keyUse("*", when("StringEquals", "aws:PrincipleOrgID", "o-1")),
        "Statement[1].Condition.StringEquals.aws:PrincipleOrgID",
      ),
      at(
        onKey("kms:Decrypt", when("StringEquals", "ViaService", "x")),
        "Statement[0].Condition.StringEquals.ViaService",
      ),
      at(
        onKey("kms:Decrypt", when("StringEquals", "kms:Team", "x")),
        "Statement[0].Condition.StringEquals.kms:Team",
      ),
    ],
    passes: [
      onKey("kms:Decrypt", when("StringEquals", "KMS:encryptioncontext:aws:ebs:id", "vol-1")),
      onKey("kms:Decrypt", when("StringEquals", "aws:PrincipalTag/team", "platform")),
      onKey("kms:Decrypt", when("StringEquals", "aws:MadeNextYearByAws", "x")),
    ],
    silent: [onKey("kms:Decrypt")],
  },
  {
    rule: "condition-key-for-action",
    fails: [
      at(
        onKey(["kms:Decrypt", "kms:CreateGrant"], when("Bool", "kms:GrantIsForAWSResource", "true")),
        "Statement[0].Condition.Bool.kms:GrantIsForAWSResource",
      ),
      at(
        keyUse(
          { AWS: DST },
          {
            Action: ["kms:DescribeKey", "kms:Decrypt"],
            ...when("StringEquals", "kms:EncryptionContext:aws:s3:arn", "arn:aws:s3:::b"),
          },
        ),
        "Statement[1].Condition.StringEquals.kms:EncryptionContext:aws:s3:arn",
      ),
    ],
    passes: [
      onKey(["kms:CreateGrant", "kms:ListGrants"], when("Bool", "kms:GrantIsForAWSResource", "true")),
      onKey(["kms:*Grant"], when("Bool", "kms:GrantIsForAWSResource", "true")),
    ],
    silent: [
      onKey(["kms:Decrypt", "kms:CreateGrant"], when("BoolIfExists", "kms:GrantIsForAWSResource", "true")),
    ],
  },
  {
    rule: "operator-never-matches",
    fails: [
      at(
        onKey("kms:Decrypt", when("Bool", "kms:ViaService", "true")),
        "Statement[0].Condition.Bool.kms:ViaService",
      ),
      at(
        onKey("kms:Decrypt", when("ArnLike", "aws:SourceAccount", "arn:x")),
        "Statement[0].Condition.ArnLike.aws:SourceAccount",
      ),
      at(
        onKey("kms:Decrypt", when("Bool", "aws:SecureTransport", "yes")),
        "Statement[0].Condition.Bool.aws:SecureTransport",
      ),
      at(
        onKey("kms:Decrypt", when("ArnEquals", "aws:PrincipalArn", "copier")),
        "Statement[0].Condition.ArnEquals.aws:PrincipalArn",
      ),
      at(
        onKey("kms:Decrypt", when("IpAddress", "kms:CallerAccount", "10.0.0.0/8")),
        "Statement[0].Condition.IpAddress.kms:CallerAccount",
      ),
      at(
        onKey("kms:Decrypt", when("NumericLessThan", "aws:MultiFactorAuthAge", "1h")),
        "Statement[0].Condition.NumericLessThan.aws:MultiFactorAuthAge",
      ),
      at(
        onKey("kms:Decrypt", when("DateLessThan", "aws:CurrentTime", "soon")),
        "Statement[0].Condition.DateLessThan.aws:CurrentTime",
      ),
    ],
    passes: [
      onKey("kms:CreateGrant", when("StringEquals", "kms:GrantIsForAWSResource", true)),
      onKey("kms:CreateGrant", when("BoolIfExists", "kms:GrantIsForAWSResource", [true])),
      onKey("kms:CreateGrant", when("ArnLike", "kms:GranteePrincipal", "arn:aws:iam::*:role/x")),
      onKey("kms:Decrypt", when("DateGreaterThan", "aws:CurrentTime", "2026-01-01T00:00:00Z")),
      onKey("kms:Decrypt", when("IpAddress", "aws:SourceIp", ["10.0.0.0/8", "2001:db8::/32"])),
      onKey("kms:Decrypt", when("NumericLessThan", "aws:MultiFactorAuthAge", 3600)),
      onKey("kms:Decrypt", when("Null", "kms:ViaService", "false")),
    ],
    silent: [onKey("kms:Decrypt")],
  },
  {
    rule: "wildcard-with-exact-operator",
    fails: [
      at(
        keyUse({ AWS: DST }, when("StringEquals", "aws:PrincipalArn", ["arn:aws:iam::*:role/copier"])),
        "Statement[1].Condition.StringEquals.aws:PrincipalArn[0]",
      ),
      at(onKey("kms:Decrypt", via("ec2.*.amazonaws.com")), VIA),
      at(
        onKey("kms:Decrypt", when("StringEquals", "kms:EncryptionContext:aws:s3:arn", "arn:aws:s3:::b/*")),
        "Statement[0].Condition.StringEquals.kms:EncryptionContext:aws:s3:arn",
      ),
    ],
    passes: [onKey("kms:Decrypt", via("ec2.eu-central-1.amazonaws.com"))],
    silent: [
      onKey("kms:Decrypt", when("StringLike", "kms:ViaService", "ec2.*.amazonaws.com")),
      onKey("kms:Decrypt", when("StringEquals", "aws:PrincipalTag/shape", "*")),
    ],
  },
  {
    rule: "for-all-values-without-null",
    fails: [
      at(
        identity({
          Action: "ec2:CreateTags",
          Resource: "*",
          ...when("ForAllValues:StringEquals", "aws:TagKeys", ["team"]),
        }),
        "Statement[0].Condition.ForAllValues:StringEquals.aws:TagKeys",
      ),
    ],
    passes: [
      identity({
        Action: "ec2:CreateTags",
        Resource: "*",
        Condition: {
          "ForAllValues:StringEquals": { "aws:TagKeys": ["team"] },
          Null: { "aws:tagkeys": false },
        },
      }),
      onKey("kms:CreateGrant", when("ForAllValues:StringEquals", "kms:GrantOperations", ["Decrypt"])),
    ],
    silent: [
      identity({
        Effect: "Deny",
        Action: "ec2:CreateTags",
        Resource: "*",
        ...when("ForAllValues:StringEquals", "aws:TagKeys", ["team"]),
      }),
    ],
  },
];
