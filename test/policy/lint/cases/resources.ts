import {
  at,
  bucket,
  DST,
  identity,
  KEY_ARN,
  key,
  onKey,
  SOURCE_KEY_ARN,
  SRC,
  withContext,
  type RuleCase,
} from "./shapes";

const ALIAS_ARN = `arn:aws:kms:eu-central-1:${DST}:alias/images`;
const ANY_KEY = `arn:aws:kms:*:${DST}:key/*`;
const IN_BUCKET = "kms:EncryptionContext:aws:s3:arn";

export const RESOURCE_CASES: readonly RuleCase[] = [
  {
    rule: "resource-form",
    fails: [
      at(identity({ Action: "kms:Decrypt", Resource: "alias/images" }), "Statement[0].Resource"),
      at(bucket({ Resource: ["images"] }), "Statement[0].Resource[0]"),
      at(identity({ Action: "s3:GetObject", Resource: "arn:aws:s3:images" }), "Statement[0].Resource"),
    ],
    passes: [
      onKey("kms:Decrypt"),
      identity({ Action: "s3:*", Resource: ["*", "arn:aws:s3:::images", "arn:aws:s3:*"] }),
    ],
    silent: [key()],
  },
  {
    rule: "key-arn-form",
    fails: [
      at(
        onKey("kms:Decrypt", { Resource: `arn:aws:kms:eu-central-1:${DST}:1234abcd` }),
        "Statement[0].Resource",
      ),
      at(
        onKey("kms:Decrypt", { Resource: "arn:aws:kms:eu-central-1:22222222222:key/1" }),
        "Statement[0].Resource",
      ),
      at(onKey("kms:Decrypt", { Resource: [`arn:aws:kms::${DST}:key/1`] }), "Statement[0].Resource[0]"),
    ],
    passes: [
      onKey("kms:Decrypt", { Resource: [KEY_ARN, ALIAS_ARN, ANY_KEY, "arn:aws:kms:ab-new-1:*:key/1"] }),
    ],
    silent: [bucket({})],
  },
  {
    rule: "alias-as-resource",
    fails: [at(onKey(["kms:Decrypt"], { Resource: [KEY_ARN, ALIAS_ARN] }), "Statement[0].Resource[1]")],
    passes: [onKey(["kms:CreateAlias", "kms:UpdateAlias"], { Resource: [KEY_ARN, ALIAS_ARN] })],
    silent: [onKey("kms:Decrypt")],
  },
  {
    rule: "key-wildcard-resource",
    fails: [
      at(onKey("kms:Decrypt", { Resource: "*" }), "Statement[0].Resource"),
      at(onKey(["kms:GenerateDataKey*"], { Resource: [KEY_ARN, ANY_KEY] }), "Statement[0].Resource[1]"),
      at(onKey("kms:*", { Resource: "arn:aws:kms:*:*:*" }), "Statement[0].Resource"),
    ],
    passes: [
      onKey("kms:Decrypt"),
      onKey("kms:Decrypt", {
        Resource: ANY_KEY,
        Condition: { "ForAnyValue:StringEquals": { "kms:ResourceAliases": "alias/images" } },
      }),
      onKey("kms:Decrypt", { Resource: `arn:aws:kms:*:${DST}:key/mrk-*` }),
    ],
    silent: [onKey("kms:DescribeKey", { Resource: "*" }), onKey("*", { Resource: "*" })],
  },
  {
    rule: "key-region",
    fails: [
      at(
        withContext(onKey("kms:Encrypt", { Resource: SOURCE_KEY_ARN }), { region: "eu-central-1" }),
        "Statement[0].Resource",
      ),
      at(
        withContext(onKey("kms:Encrypt", { Resource: SOURCE_KEY_ARN }), { keyArn: KEY_ARN }),
        "Statement[0].Resource",
      ),
    ],
    passes: [
      withContext(onKey("kms:Encrypt", { Resource: [SOURCE_KEY_ARN, KEY_ARN] }), { region: "eu-central-1" }),
      withContext(onKey("kms:Encrypt", { Resource: ANY_KEY }), { region: "eu-central-1" }),
    ],
    silent: [onKey("kms:Encrypt", { Resource: SOURCE_KEY_ARN })],
  },
  {
    rule: "key-account",
    fails: [
      at(
        withContext(onKey("kms:Encrypt", { Resource: KEY_ARN.replace(DST, SRC) }), { keyArn: KEY_ARN }),
        "Statement[0].Resource",
      ),
    ],
    passes: [withContext(onKey("kms:Encrypt", { Resource: [SOURCE_KEY_ARN, KEY_ARN] }), { keyArn: KEY_ARN })],
    silent: [onKey("kms:Encrypt")],
  },
  {
    rule: "image-arn-with-account",
    fails: [
      at(
        identity({ Action: "ec2:CopyImage", Resource: [`arn:aws:ec2:eu-west-1:${DST}:image/*`] }),
        "Statement[0].Resource[0]",
      ),
    ],
    passes: [
      identity({
        Action: "ec2:CopyImage",
        Resource: ["arn:aws:ec2:eu-west-1::image/*", "arn:aws:ec2:*:*:snapshot/*"],
      }),
    ],
    silent: [identity({ Action: "ec2:RunInstances", Resource: `arn:aws:ec2:eu-west-1:${DST}:instance/*` })],
  },
  {
    rule: "s3-action-resource",
    fails: [
      at(bucket({ Action: ["s3:GetObject", "s3:ListBucket"] }), "Statement[0].Action[1]"),
      at(identity({ Action: "s3:ReplicateObject", Resource: "arn:aws:s3:::images" }), "Statement[0].Action"),
    ],
    passes: [
      identity({
        Action: ["s3:ListBucket", "s3:GetObject"],
        Resource: ["arn:aws:s3:::images", "arn:aws:s3:::images/*"],
      }),
      identity({ Action: ["s3:ListBucket", "s3:GetObject"], Resource: "arn:aws:s3:::images*" }),
      identity({ Action: "s3:ListBucket", Resource: `arn:aws:s3:eu-west-1:${DST}:accesspoint/images` }),
    ],
    silent: [identity({ Action: ["s3:*", "kms:Decrypt"], Resource: "arn:aws:s3:::images" })],
  },
  {
    rule: "s3-acl-action",
    fails: [at(bucket({ Action: ["s3:PutObject", "s3:PutObjectAcl"] }), "Statement[0].Action[1]")],
    passes: [bucket({ Action: ["s3:PutObject", "s3:GetObjectVersionAcl"] })],
    silent: [bucket({ Effect: "Deny", Action: "s3:PutObjectAcl" }), onKey("kms:Decrypt")],
  },
  {
    rule: "replication-read-action",
    fails: [
      at(
        identity(
          { Action: "s3:GetObjectVersion", Resource: "arn:aws:s3:::source/*" },
          { Action: "s3:ReplicateObject", Resource: "arn:aws:s3:::destination/*" },
        ),
        "Statement[0]",
      ),
    ],
    passes: [
      identity(
        {
          Action: ["s3:GetObjectVersion", "s3:GetObjectVersionForReplication"],
          Resource: "arn:aws:s3:::source/*",
        },
        { Action: "s3:ReplicateObject", Resource: "arn:aws:s3:::destination/*" },
      ),
    ],
    silent: [identity({ Action: "s3:GetObjectVersion", Resource: "arn:aws:s3:::source/*" })],
  },
  {
    rule: "s3-encryption-context",
    fails: [
      at(
        onKey("kms:Decrypt", { Condition: { StringLike: { [IN_BUCKET]: "arn:aws:s3:::images/*" } } }),
        `Statement[0].Condition.StringLike.${IN_BUCKET}`,
      ),
    ],
    passes: [
      onKey("kms:Decrypt", {
        Condition: { StringLike: { [IN_BUCKET]: ["arn:aws:s3:::images/*", "arn:aws:s3:::images"] } },
      }),
      onKey("kms:Decrypt", { Condition: { StringLike: { [IN_BUCKET]: "arn:aws:s3:::images*" } } }),
    ],
    silent: [onKey("kms:Decrypt")],
  },
];
