import {
  at,
  bucket,
  identity,
  key,
  keyUse,
  onKey,
  OWNER,
  policy,
  ROOT,
  trust,
  type RuleCase,
} from "./shapes";

export const ACTION_CASES: readonly RuleCase[] = [
  {
    rule: "kms-reencrypt-action",
    fails: [at(onKey(["kms:Decrypt", "kms:reEncrypt"]), "Statement[0].Action[1]")],
    passes: [onKey(["kms:ReEncrypt*", "kms:ReEncryptFrom", "kms:ReEncryptTo"])],
    silent: [identity({ Action: "s3:GetObject", Resource: "*" })],
  },
  {
    rule: "unknown-action",
    fails: [
      at(onKey(["kms:Decript", "kms:Decrypt"]), "Statement[0].Action[0]"),
      at(onKey("kms:ShareKey"), "Statement[0].Action"),
      at(onKey("kms:Share*"), "Statement[0].Action"),
      at(onKey("Decrypt"), "Statement[0].Action"),
      at(identity({ Action: "ec2:CopyImages", Resource: "*" }), "Statement[0].Action"),
      at(identity({ Action: "ec2:ModifyImageAtribute", Resource: "*" }), "Statement[0].Action"),
      at(identity({ Action: "s3:ReplicateObjects", Resource: "*" }), "Statement[0].Action"),
      at(identity({ Action: "s3:PutBucketReplication", Resource: "*" }), "Statement[0].Action"),
      at(trust({ Principal: { AWS: ROOT }, Action: "sts:AsumeRole" }), "Statement[0].Action"),
    ],
    passes: [
      onKey(["kms:GenerateDataKeyWithoutPlainText", "kms:*Grant", "kms:*"]),
      identity({ Action: ["ec2:CopyImage", "ec2:MadeNextYear", "s3:UpdateObjectEncryption"], Resource: "*" }),
      identity({ Action: ["dynamodb:Anything"], Resource: "*" }),
    ],
    silent: [identity({ Action: "*", Resource: "*" })],
  },
  {
    rule: "action-of-another-service",
    fails: [
      at(keyUse({ AWS: ROOT }, { Action: ["kms:Decrypt", "s3:GetObject"] }), "Statement[1].Action[1]"),
      at(bucket({ Action: "kms:Decrypt" }), "Statement[0].Action"),
      at(trust({ Principal: { AWS: ROOT }, Action: "iam:PassRole" }), "Statement[0].Action"),
    ],
    passes: [
      key(),
      bucket({}),
      trust({ Principal: { AWS: ROOT }, Action: ["sts:AssumeRole", "sts:TagSession"] }),
    ],
    silent: [onKey("kms:Decrypt"), policy("key", { ...OWNER, Action: "*" })],
  },
  {
    rule: "action-without-resource-level",
    fails: [
      at(onKey(["kms:DescribeKey", "kms:ListAliases"]), "Statement[0].Action[1]"),
      at(
        identity({ Action: "ec2:DescribeImages", Resource: "arn:aws:ec2:*::image/*" }),
        "Statement[0].Action",
      ),
    ],
    passes: [identity({ Action: ["kms:ListAliases", "ec2:DescribeImages"], Resource: "*" })],
    silent: [onKey("kms:List*")],
  },
];
