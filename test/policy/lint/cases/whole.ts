import {
  at,
  AUTO_SCALING_ROLE,
  bucket,
  DST,
  identity,
  key,
  KEY_ARN,
  keyUse,
  onKey,
  OWNER,
  policy,
  ROOT,
  SRC,
  trust,
  withContext,
  type RuleCase,
} from "./shapes";

/** Rules that check the policy as a whole, and rules about principals. */

const OTHER = { AWS: `arn:aws:iam::${DST}:root` };
const FOR_AWS = { Bool: { "kms:GrantIsForAWSResource": "true" } };
const THROUGH_EC2 = { StringEquals: { "kms:ViaService": "ec2.eu-central-1.amazonaws.com" } };
const THROUGH_EC2_FOR_AWS = { ...THROUGH_EC2, ...FOR_AWS };
const USE = ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey*", "kms:ReEncrypt*"];
const AUTO_SCALING = {
  Effect: "Allow",
  Principal: { AWS: "*" },
  Resource: "*",
  Condition: { ArnEquals: { "aws:PrincipalArn": AUTO_SCALING_ROLE } },
};
const GITHUB = `arn:aws:iam::${SRC}:oidc-provider/token.actions.githubusercontent.com`;
const github = (sub: object) =>
  trust({
    Principal: { Federated: GITHUB },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: { StringEquals: { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" }, ...sub },
  });
const subject = (operator: string, value: string) => ({
  [operator]: {
    "token.actions.githubusercontent.com:sub": value,
    "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
  },
});

export const WHOLE_CASES: readonly RuleCase[] = [
  {
    rule: "service-linked-role-of-another-account",
    fails: [
      at(withContext(keyUse({ AWS: AUTO_SCALING_ROLE }), { account: DST }), "Statement[1].Principal.AWS"),
    ],
    passes: [keyUse(OTHER)],
    silent: [keyUse({ AWS: AUTO_SCALING_ROLE }), onKey("kms:Decrypt")],
  },
  {
    rule: "service-principal-for-volumes",
    fails: [
      at(
        keyUse({ Service: ["s3.amazonaws.com", "ec2.amazonaws.com", "autoscaling.amazonaws.com"] }),
        "Statement[1].Principal.Service[1]",
        "Statement[1].Principal.Service[2]",
      ),
      at(keyUse({ Service: "ec2.amazonaws.com.cn" }), "Statement[1].Principal.Service"),
    ],
    passes: [keyUse({ Service: "cloudtrail.amazonaws.com" })],
    silent: [keyUse(OTHER), trust({ Principal: { Service: "ec2.amazonaws.com" } })],
  },
  {
    rule: "unknown-service-principal",
    fails: [
      at(
        trust({ Principal: { Service: "batchoperations.amazonaws.com" } }),
        "Statement[0].Principal.Service",
      ),
      at(trust({ Principal: { Service: ["tagging.amazonaws.com"] } }), "Statement[0].Principal.Service[0]"),
      at(trust({ Principal: { Service: "s3.amazonaws.com.cn" } }), "Statement[0].Principal.Service"),
      at(keyUse({ Service: "simple-storage.amazonaws.com" }), "Statement[1].Principal.Service"),
    ],
    passes: [
      trust({ Principal: { Service: ["s3.amazonaws.com", "batchoperations.s3.amazonaws.com"] } }),
      trust({ Principal: { Service: "ec2.amazonaws.com.cn" } }),
      keyUse({ Service: "logs.eu-west-1.amazonaws.com" }),
    ],
    silent: [trust({ Principal: { Service: "vendor.example.com" } }), keyUse(OTHER)],
  },
  {
    rule: "partition-mismatch",
    fails: [
      at(keyUse({ AWS: `arn:aws-us-gov:iam::${DST}:role/app` }), "Statement[1].Principal.AWS"),
      at(
        keyUse("*", {
          Condition: {
            StringEquals: { "kms:CallerAccount": SRC, "kms:ViaService": "ec2.us-gov-west-1.amazonaws.com" },
          },
        }),
        "Statement[1].Condition.StringEquals.kms:ViaService",
      ),
      at(
        identity({ Action: "kms:Decrypt", Resource: [KEY_ARN, KEY_ARN.replace("aws", "aws-cn")] }),
        "Statement[0].Resource[1]",
      ),
      at(withContext(policy("key", OWNER), { region: "cn-north-1" }), "Statement[0].Principal.AWS"),
    ],
    passes: [
      keyUse(OTHER, { Condition: THROUGH_EC2 }),
      policy("key", { ...OWNER, Principal: { AWS: ROOT.replace("aws", "aws-us-gov") } }),
    ],
    silent: [identity({ Action: "ec2:CopyImage", Resource: "*" })],
  },
  {
    rule: "oidc-any-subject",
    fails: [
      at(github(subject("StringLike", "*")), "Statement[0].Principal.Federated"),
      at(github(subject("StringLike", "repo:*")), "Statement[0].Principal.Federated"),
      at(github({}), "Statement[0].Principal.Federated"),
      at(github(subject("StringLike", "repo:acme*")), "Statement[0].Principal.Federated"),
      at(
        github(subject("StringLike", "repo:acme*/app:ref:refs/heads/main")),
        "Statement[0].Principal.Federated",
      ),
      at(github(subject("ForAllValues:StringLike", "repo:*/*")), "Statement[0].Principal.Federated"),
      at(
        github({ StringNotEquals: { "token.actions.githubusercontent.com:sub": "repo:acme/other" } }),
        "Statement[0].Principal.Federated",
      ),
    ],
    passes: [
      github(subject("StringEquals", "repo:acme/app:ref:refs/heads/main")),
      github(subject("StringLike", "repo:acme/*")),
      github(subject("StringLike", "repo:acme/app*")),
      github(subject("StringEquals", "repo:acme*/app:ref:refs/heads/main")),
    ],
    silent: [
      trust({ Principal: { AWS: ROOT } }),
      trust({
        Principal: { Federated: `arn:aws:iam::${SRC}:saml-provider/idp` },
        Action: "sts:AssumeRoleWithSAML",
      }),
    ],
  },
  {
    rule: "not-principal",
    fails: [
      at(
        bucket({ Effect: "Deny", Principal: undefined, NotPrincipal: { AWS: ROOT } }),
        "Statement[0].NotPrincipal",
      ),
      at(
        key({ Effect: "Deny", NotPrincipal: { AWS: `arn:aws:iam::${SRC}:role/admin` }, Action: "kms:*" }),
        "Statement[1].NotPrincipal",
      ),
    ],
    passes: [keyUse(OTHER, { Effect: "Deny" })],
    silent: [onKey("kms:Decrypt")],
  },
  {
    rule: "secure-transport-reversed",
    fails: [
      at(
        bucket({ Effect: "Deny", Principal: "*", Condition: { Bool: { "aws:SecureTransport": "true" } } }),
        "Statement[0].Condition.Bool.aws:SecureTransport",
      ),
      at(
        bucket({ Condition: { BoolIfExists: { "aws:securetransport": false } } }),
        "Statement[0].Condition.BoolIfExists.aws:securetransport",
      ),
    ],
    passes: [
      bucket({ Effect: "Deny", Principal: "*", Condition: { Bool: { "aws:SecureTransport": "false" } } }),
      bucket({ Condition: { Bool: { "aws:SecureTransport": "true" } } }),
    ],
    silent: [bucket({})],
  },
  {
    rule: "volumes-without-create-grant",
    fails: [
      at(keyUse(OTHER, { Action: USE, Condition: THROUGH_EC2 }), "Statement[1].Action"),
      at(
        identity({ Action: ["ec2:StartInstances"], Resource: "*" }, { Action: USE, Resource: KEY_ARN }),
        "Statement[1].Action",
      ),
      at(
        // the grant is allowed to another account
        key(
          { Effect: "Allow", Principal: OTHER, Action: USE, Condition: THROUGH_EC2 },
          {
            Effect: "Allow",
            Principal: { AWS: "333333333333" },
            Action: "kms:CreateGrant",
            Condition: FOR_AWS,
          },
        ),
        "Statement[1].Action",
      ),
      at(
        // and here it is denied again
        key(
          { Effect: "Allow", Principal: OTHER, Action: [...USE, "kms:CreateGrant"], Condition: THROUGH_EC2 },
          { Effect: "Deny", Principal: "*", Action: "kms:CreateGrant" },
        ),
        "Statement[1].Action",
      ),
      at(onKey(USE, { Condition: THROUGH_EC2 }), "Statement[0].Action"),
      at(identity({ Action: ["ec2:CopyImage", ...USE], Resource: "*" }), "Statement[0].Action"),
      at(
        // the owner's own statement does nothing for a role without policies of its own
        policy("key", OWNER, { ...AUTO_SCALING, Action: USE }),
        "Statement[1].Action",
      ),
    ],
    passes: [
      identity({ Action: ["ec2:CopyImage", ...USE, "kms:CreateGrant"], Resource: "*" }),
      policy(
        "key",
        OWNER,
        { ...AUTO_SCALING, Action: USE },
        { ...AUTO_SCALING, Action: "kms:CreateGrant", Condition: { ...AUTO_SCALING.Condition, ...FOR_AWS } },
      ),
      key(
        { Effect: "Allow", Principal: OTHER, Action: USE, Condition: THROUGH_EC2 },
        { Effect: "Allow", Principal: OTHER, Action: "kms:CreateGrant", Condition: FOR_AWS },
      ),
      key(
        { Effect: "Allow", Principal: OTHER, Action: USE, Condition: THROUGH_EC2 },
        { Effect: "Allow", Principal: OTHER, Action: "kms:CreateGrant", Condition: THROUGH_EC2_FOR_AWS },
      ),
      // a role of the owner's account already has every permission through the owner's statement
      keyUse({ AWS: `arn:aws:iam::${SRC}:role/app` }, { Action: USE, Condition: THROUGH_EC2 }),
      identity(
        { Action: ["ec2:StartInstances"], Resource: "*" },
        { Action: USE, Resource: KEY_ARN },
        { Action: "kms:CreateGrant", Resource: KEY_ARN, Condition: FOR_AWS },
      ),
    ],
    silent: [
      keyUse(OTHER, { Action: USE }),
      onKey(USE),
      identity({ Action: "*", Resource: "*" }),
      onKey(USE, { Condition: { StringEquals: { "kms:ViaService": "s3.eu-central-1.amazonaws.com" } } }),
    ],
  },
  {
    rule: "variable-before-resource",
    fails: [
      at(
        identity({
          Action: "kms:Decrypt",
          Resource: "arn:aws:kms:${aws:RequestedRegion}:111111111111:key/*",
        }),
        "Statement[0].Resource",
      ),
      at(
        identity({ Action: "iam:PassRole", Resource: ["arn:aws:iam::${aws:PrincipalAccount}:role/app"] }),
        "Statement[0].Resource[0]",
      ),
    ],
    passes: [identity({ Action: "s3:GetObject", Resource: "arn:aws:s3:::images/${aws:username}/*" })],
    silent: [identity({ Action: "ec2:CopyImage", Resource: "*" })],
  },
  {
    rule: "wildcard-across-parts",
    fails: [
      at(identity({ Action: "kms:Decrypt", Resource: "arn:aws:kms:*:key/abc" }), "Statement[0].Resource"),
    ],
    passes: [
      identity({ Action: "s3:GetObject", Resource: "arn:aws:s3:::images/*" }),
      identity({ Action: "kms:Decrypt", Resource: `arn:aws:kms:*:${SRC}:key/*` }),
    ],
    silent: [identity({ Action: "ec2:CopyImage", Resource: "*" })],
  },
];
