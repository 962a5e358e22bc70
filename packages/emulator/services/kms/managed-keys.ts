import { accountPrincipal, keyArn, partitionOf, viaService } from "@keyferry/common";
import type { Viewpoint } from "./resolve";
import { aliasArn, type Key, type KmsState } from "./state";

interface ManagedKey {
  /** The name in `kms:ViaService`. */
  readonly service: string;
  /** The name in the policy's Sid. */
  readonly name: string;
  readonly policyId: string;
  readonly actions: readonly string[];
  /** The service creates grants, which the account may revoke. */
  readonly grants: boolean;
}

const CRYPTOGRAPHY = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*"];
const USUAL = [...CRYPTOGRAPHY, "kms:CreateGrant", "kms:DescribeKey"];

function managed(
  service: string,
  name: string,
  policyId: string,
  more: Partial<ManagedKey> = {},
): ManagedKey {
  return { service, name, policyId, actions: USUAL, grants: true, ...more };
}

/** Predefined aliases, and the only service through which their keys can be used. */
export const MANAGED_ALIASES: Readonly<Record<string, ManagedKey>> = {
  "alias/aws/backup": managed("backup", "Backup", "auto-backup-1", {
    actions: ["kms:CreateGrant", "kms:Decrypt", "kms:GenerateDataKey*"],
  }),
  "alias/aws/ebs": managed("ec2", "EBS", "auto-ebs-2"),
  "alias/aws/elasticfilesystem": managed("elasticfilesystem", "EFS", "auto-elasticfilesystem-1"),
  "alias/aws/lambda": managed("lambda", "AWS Lambda", "auto-awslambda"),
  "alias/aws/rds": managed("rds", "RDS", "auto-rds-2", {
    actions: [...CRYPTOGRAPHY, "kms:CreateGrant", "kms:ListGrants", "kms:DescribeKey"],
  }),
  "alias/aws/s3": managed("s3", "S3", "auto-s3-2", {
    actions: [...CRYPTOGRAPHY, "kms:DescribeKey"],
    grants: false,
  }),
  "alias/aws/secretsmanager": managed("secretsmanager", "AWS Secrets Manager", "auto-secretsmanager-2"),
  "alias/aws/sns": managed("sns", "SNS", "auto-sns-1", {
    actions: ["kms:Decrypt", "kms:GenerateDataKey*", "kms:CreateGrant", "kms:ListGrants", "kms:DescribeKey"],
  }),
  "alias/aws/sqs": managed("sqs", "Simple Queue Service (SQS)", "auto-sqs-1"),
  "alias/aws/ssm": managed("ssm", "SSM", "auto-ssm-1", {
    actions: [...CRYPTOGRAPHY, "kms:DescribeKey"],
    grants: false,
  }),
};

const EBS_DESCRIPTION = "Default key that protects my EBS volumes when no other key is defined";
const ROTATION_DAYS = 365;

/** The AWS managed key of a predefined alias; created at first use in each account and Region, and visible immediately. */
export function addManagedKey(state: KmsState, alias: string, from: Viewpoint): Key {
  const { account, region, now } = from;
  const existing = state.alias(aliasArn(region, account, alias));
  const found = existing && state.key(keyArn(region, account, existing.targetKeyId));
  if (found !== undefined) return found;
  if (state.live !== state) {
    const made = addManagedKey(state.live, alias, from);
    const name = state.live.alias(aliasArn(region, account, alias));
    if (name !== undefined) state.adopt(made, name);
    return made;
  }
  const about = MANAGED_ALIASES[alias];
  const key = state.addKey(
    state.newKeyId(),
    {
      account,
      region,
      manager: "AWS",
      origin: "AWS_KMS",
      spec: "SYMMETRIC_DEFAULT",
      usage: "ENCRYPT_DECRYPT",
      description: descriptionOf(alias, about),
      tags: {},
      policy: about === undefined ? "{}" : managedKeyPolicy(about, account, region),
      principalIds: {},
    },
    now,
    "Enabled",
  );
  state.family(key).rotation = { days: ROTATION_DAYS, began: now, round: "", missed: false };
  state.addAlias(account, region, alias, key.keyId, now);
  return key;
}

function descriptionOf(alias: string, about: ManagedKey | undefined): string {
  if (alias === "alias/aws/ebs" || about === undefined) return EBS_DESCRIPTION;
  return `Default key that protects my ${about.name} data when no other key is defined`;
}

/**
 * AWS's policy of such a key; it cannot be changed. Source: KMS developer guide, "AWS managed keys", and the policies
 * that accounts show.
 */
function managedKeyPolicy(about: ManagedKey, account: string, region: string): string {
  const { service, name, policyId, actions, grants } = about;
  return JSON.stringify({
    Version: "2012-10-17",
    Id: policyId,
    Statement: [
      {
        Sid: `Allow access through ${name} for all principals in the account that are authorized to use ${name}`,
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: actions,
        Resource: "*",
        Condition: {
          StringEquals: { "kms:ViaService": viaService(service, region), "kms:CallerAccount": account },
        },
      },
      {
        Sid: "Allow direct access to key metadata to the account",
        Effect: "Allow",
        Principal: { AWS: accountPrincipal(partitionOf(region), account) },
        Action: ["kms:Describe*", "kms:Get*", "kms:List*", ...(grants ? ["kms:RevokeGrant"] : [])],
        Resource: "*",
      },
    ],
  });
}
