import {
  at,
  AUTO_SCALING_ROLE,
  DST,
  KEY_ARN,
  key,
  keyUse,
  onKey,
  OWNER,
  policy,
  ROOT,
  SOURCE_KEY_ARN,
  SRC,
  withContext,
  type RuleCase,
} from "./shapes";

const OTHER = { AWS: `arn:aws:iam::${DST}:root` };
const ADMIN = `arn:aws:iam::${SRC}:role/admin`;
const only = (role: string) => ({ Condition: { ArnEquals: { "aws:PrincipalArn": role } } });
const USER = { Effect: "Allow", Principal: OTHER, Resource: "*" };
const NO_OTHER_GRANT = {
  Effect: "Deny",
  Principal: OTHER,
  Action: "kms:CreateGrant",
  Resource: "*",
  Condition: {
    Bool: { "kms:GrantIsForAWSResource": "false" },
    StringNotEquals: { "kms:GranteePrincipal": AUTO_SCALING_ROLE },
  },
};
const FOR_AWS = { Bool: { "kms:GrantIsForAWSResource": "true" } };

/** Conditions that a principal of the owner meets with some request for the policy. */
const POSSIBLE = [
  { Bool: { "aws:MultiFactorAuthPresent": "true" } },
  { Bool: { "aws:SecureTransport": "true" } },
  { IpAddress: { "aws:SourceIp": "203.0.113.0/24" } },
  { StringEquals: { "aws:PrincipalTag/team": "keys" } },
  { StringEquals: { "aws:PrincipalOrgID": "o-abc123def4" } },
  { StringLike: { "aws:userid": "AROAEXAMPLE:*" } },
  { NumericLessThan: { "aws:MultiFactorAuthAge": "3600" } },
];

/** Denials from which a principal of the owner is left out with some request for the policy. */
const AVOIDABLE = [
  { StringNotEquals: { "aws:PrincipalOrgID": "o-abc123def4" } },
  { StringNotEquals: { "aws:SourceVpce": "vpce-0123456789abcdef0" } },
  { NotIpAddress: { "aws:SourceIp": "203.0.113.0/24" } },
  { BoolIfExists: { "aws:MultiFactorAuthPresent": "false" } },
  { Null: { "aws:PrincipalTag/team": "true" } },
  { ArnNotLike: { "aws:PrincipalArn": ADMIN } },
  { Bool: { "aws:SecureTransport": "false" } },
  {
    StringNotEqualsIfExists: { "aws:PrincipalOrgID": "o-abc123def4" },
    Bool: { "aws:ViaAWSService": "false" },
  },
];

const unless = (Condition: object) => ({ ...OWNER, Effect: "Deny", Principal: "*", Condition });

/** Conditions that no request for the policy by a principal of the owner meets. */
const IMPOSSIBLE = [
  { StringEquals: { "kms:ViaService": "ec2.eu-west-1.amazonaws.com" } },
  { Bool: { "kms:GrantIsForAWSResource": "true" } },
  { StringEquals: { "kms:EncryptionContext:team": "keys" } },
  { StringEquals: { "kms:CallerAccount": DST } },
  { Bool: { "aws:SecureTransport": "false" } },
];

export const KEY_CASES: readonly RuleCase[] = [
  {
    rule: "key-policy-resource",
    fails: [
      at(keyUse(OTHER, { Resource: "arn:aws:s3:::destination" }), "Statement[1].Resource"),
      at(keyUse(OTHER, { Resource: ["*", KEY_ARN] }), "Statement[1].Resource[1]"),
      at(
        withContext(keyUse(OTHER, { Resource: SOURCE_KEY_ARN }), { keyArn: `${SOURCE_KEY_ARN}0` }),
        "Statement[1].Resource",
      ),
    ],
    passes: [
      keyUse(OTHER),
      keyUse(OTHER, { Resource: ["*"] }),
      keyUse(OTHER, { Resource: `arn:aws:kms:*:${SRC}:key/*` }),
      keyUse(OTHER, { Resource: SOURCE_KEY_ARN }),
      withContext(keyUse(OTHER, { Resource: SOURCE_KEY_ARN }), { keyArn: SOURCE_KEY_ARN }),
    ],
    silent: [onKey("kms:Decrypt")],
  },
  {
    rule: "s3-arn-in-key-policy",
    fails: [at(keyUse(OTHER, { Resource: ["arn:aws:s3:::destination"] }), "Statement[1].Resource[0]")],
    passes: [keyUse(OTHER)],
    silent: [onKey("kms:Decrypt")],
  },
  {
    rule: "key-lockout",
    fails: [
      at(policy("key", { ...OWNER, Action: "kms:Decrypt" }), ""),
      at(policy("key", { ...OWNER, Effect: "Deny" }), ""),
      at(policy("key", { ...OWNER, Resource: "arn:aws:dynamodb:*" }), ""),
      at(policy("key", OWNER, { ...OWNER, Effect: "Deny", Action: "kms:Put*" }), ""),
      at(withContext(policy("key", OWNER), { account: DST }), ""),
      ...IMPOSSIBLE.map((Condition) => at(policy("key", { ...OWNER, Condition }), "")),
      at(
        withContext(policy("key", { ...OWNER, Principal: OTHER, Condition: POSSIBLE[0] }), { account: SRC }),
        "",
      ),
      at(
        policy(
          "key",
          OWNER,
          unless({ StringNotEquals: { "aws:PrincipalOrgID": "o-abc123def4" } }),
          unless({ StringEquals: { "aws:PrincipalOrgID": "o-abc123def4" } }),
        ),
        "",
      ),
    ],
    passes: [
      policy("key", OWNER),
      policy("key", { ...OWNER, Principal: { AWS: ADMIN }, Action: ["kms:Put*"] }),
      policy("key", { ...OWNER, Resource: `arn:aws:kms:*:${SRC}:key/*` }),
      policy("key", { ...OWNER, Condition: { StringEquals: { "aws:PrincipalAccount": SRC } } }),
      policy("key", {
        ...OWNER,
        Principal: { AWS: "*" },
        Condition: { StringEquals: { "kms:CallerAccount": SRC } },
      }),
      withContext(policy("key", OWNER), { account: SRC }),
      ...POSSIBLE.map((Condition) => policy("key", { ...OWNER, Condition })),
      ...AVOIDABLE.map((Condition) => policy("key", OWNER, unless(Condition))),
      policy("key", OWNER, ...AVOIDABLE.map(unless)),
      policy("key", { ...OWNER, Principal: { AWS: ADMIN }, Condition: POSSIBLE[0] }),
    ],
    silent: [onKey("kms:Decrypt")],
  },
  {
    rule: "key-without-account",
    fails: [at(policy("key", { ...OWNER, Principal: { AWS: ADMIN } }), "")],
    passes: [policy("key", OWNER), policy("key", { ...OWNER, Principal: { AWS: SRC } })],
    silent: [policy("key", { ...OWNER, Action: "kms:Decrypt" })],
  },
  {
    rule: "revoke-grant-to-another-account",
    fails: [
      at(
        keyUse(OTHER, { Action: ["kms:CreateGrant", "kms:RevokeGrant"], Condition: FOR_AWS }),
        "Statement[1].Principal.AWS",
      ),
      at(keyUse({ AWS: [DST] }, { Action: "kms:*Grant" }), "Statement[1].Principal.AWS[0]"),
    ],
    passes: [
      keyUse(OTHER, { Action: ["kms:CreateGrant", "kms:RetireGrant"] }),
      keyUse({ AWS: ADMIN }, { Action: "kms:RevokeGrant" }),
    ],
    silent: [policy("key", { ...OWNER, Action: "kms:RevokeGrant" })],
  },
  {
    rule: "kms-star-to-another-account",
    fails: [
      at(withContext(keyUse(OTHER, { Action: "kms:*" }), { account: SRC }), "Statement[1].Principal.AWS"),
      at(keyUse(OTHER, { Action: "kms:*" }), "Statement[0].Principal.AWS", "Statement[1].Principal.AWS"),
    ],
    passes: [keyUse(OTHER), key(), keyUse({ AWS: ADMIN }, { Action: "kms:*" })],
    silent: [onKey("kms:*"), policy("key", { ...OWNER, Effect: "Deny" })],
  },
  {
    rule: "ineffective-across-accounts",
    fails: [
      at(keyUse(OTHER, { Action: ["kms:Decrypt", "kms:GetKeyPolicy"] }), "Statement[1].Action[1]"),
      at(keyUse(OTHER, { Action: "kms:ListAliases" }), "Statement[1].Action"),
      at(keyUse(OTHER, { Action: ["kms:Decrypt", "kms:PutKeyPolicy"] }), "Statement[1].Action[1]"),
    ],
    passes: [keyUse(OTHER, { Action: ["kms:DescribeKey", "kms:ReEncryptFrom", "kms:GenerateDataKey*"] })],
    silent: [key(), keyUse({ AWS: ADMIN }, { Action: "kms:GetKeyPolicy" })],
  },
  {
    rule: "unconditioned-create-grant",
    fails: [
      at(keyUse(OTHER, { Action: "kms:CreateGrant" }), "Statement[1].Action"),
      at(
        policy(
          "key",
          OWNER,
          { ...USER, Action: "kms:CreateGrant" },
          { ...NO_OTHER_GRANT, Principal: { AWS: ADMIN } },
        ),
        "Statement[1].Action",
      ),
      at(onKey(["kms:Decrypt", "kms:CreateGrant"]), "Statement[0].Action"),
      at(
        onKey("kms:CreateGrant", { Condition: { Bool: { "kms:GrantIsForAWSResource": "false" } } }),
        "Statement[0].Action",
      ),
    ],
    passes: [
      // every CreateGrant request states whether an AWS service creates the grant
      onKey("kms:CreateGrant", { Condition: { BoolIfExists: { "kms:GrantIsForAWSResource": "true" } } }),
      policy("key", OWNER, { ...USER, Action: "kms:CreateGrant" }, NO_OTHER_GRANT),
      keyUse(OTHER, { Action: "kms:CreateGrant", Condition: FOR_AWS }),
      onKey("kms:CreateGrant", {
        Condition: { StringEquals: { "kms:GranteePrincipal": AUTO_SCALING_ROLE } },
      }),
      onKey("kms:CreateGrant", {
        Condition: { StringEquals: { "kms:ViaService": "ec2.eu-central-1.amazonaws.com" } },
      }),
    ],
    silent: [key(), keyUse({ AWS: ADMIN }, { Action: ["kms:Create*", "kms:Put*"] }), onKey("kms:Decrypt")],
  },
  {
    rule: "service-linked-role-condition",
    fails: [
      at(keyUse({ AWS: ROOT }, only(AUTO_SCALING_ROLE)), "Statement[1].Condition.ArnEquals.aws:PrincipalArn"),
      at(
        keyUse({ AWS: "*" }, only(AUTO_SCALING_ROLE.replace(SRC, DST))),
        "Statement[1].Condition.ArnEquals.aws:PrincipalArn",
      ),
    ],
    passes: [keyUse({ AWS: "*" }, only(AUTO_SCALING_ROLE))],
    silent: [keyUse({ AWS: ROOT }, only(ADMIN))],
  },
  {
    rule: "grant-conditions-combined",
    fails: [
      at(
        onKey("kms:CreateGrant", {
          Condition: { ...FOR_AWS, StringEquals: { "kms:GranteePrincipal": AUTO_SCALING_ROLE } },
        }),
        "Statement[0].Condition",
      ),
    ],
    passes: [onKey("kms:CreateGrant", { Condition: FOR_AWS })],
    silent: [onKey("kms:Decrypt")],
  },
];
