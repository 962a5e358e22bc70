import { accountPrincipal, formatArn, iamArn, roleArn } from "@keyferry/common";
import type { DeployAccess } from "./deploy-access";
import { DEPLOY_BUCKET_ROWS } from "./deploy-bucket-rows";
import { DEPLOY_ADOPT_ROWS } from "./deploy-adopt-rows";
import { DEPLOY_KEY_ROWS } from "./deploy-key-rows";
import { DEPLOY_REKEY_ROWS } from "./deploy-rekey-rows";
import { DEPLOY_LAUNCH_ROWS } from "./deploy-launch-rows";
import { DEPLOY_STATE_ROWS } from "./deploy-state-rows";
import { grantIssuerPolicy } from "./launch-grant-rows";
import type { Statement } from "./document";
import { statementsOf, type PermissionRow } from "./row";
import { overflowPolicyPrefix } from "./runner";

/** Terraform's default tags set it on every resource that it creates. */
const OUR_TAG = "keyferry:topology";

/**
 * The permission table, part four: what Terraform does with the deploy role of an account. The actions are those that the
 * AWS provider calls for the resources of the stacks, and no others. The id of a key is not known before it is created, so
 * keys are recognised by the tag that they are created with.
 */
export const DEPLOY_ROWS: readonly PermissionRow<DeployAccess>[] = [
  {
    id: "MakeKeys",
    actions: ["kms:CreateKey", "kms:TagResource"],
    basis: "enforced",
    why: "the foundation creates the keys, with the topology's name as a tag",
    source: "KMS API reference, CreateKey",
    grant: ({ topology }) => ({
      resources: ["*"],
      conditions: { StringEquals: { [`aws:RequestTag/${OUR_TAG}`]: [topology] } },
    }),
  },
  {
    id: "ManageOwnKeys",
    actions: [
      "kms:CreateAlias",
      "kms:DisableKey",
      "kms:EnableKey",
      "kms:EnableKeyRotation",
      "kms:GetKeyPolicy",
      "kms:GetKeyRotationStatus",
      "kms:ListResourceTags",
      "kms:PutKeyPolicy",
      "kms:UpdateKeyDescription",
    ],
    basis: "enforced",
    why: "the foundation reads and changes the keys that it created, and does not use them for cryptographic operations",
    source: "KMS developer guide, KMS permissions reference",
    grant: ({ topology, partition, account }) => ({
      resources: [keys(partition, account)],
      conditions: { StringEquals: { [`aws:ResourceTag/${OUR_TAG}`]: [topology] } },
    }),
  },
  {
    id: "DeleteOwnKeys",
    actions: ["kms:CancelKeyDeletion", "kms:DeleteAlias", "kms:ScheduleKeyDeletion"],
    basis: "enforced",
    why: "keyferry keys delete schedules the deletion of a key that encrypts nothing any more; the key policy denies this until the command removes the statement NobodySchedulesDeletion",
    source: "KMS developer guide, Control access to key deletion",
    grant: ({ deletesKeys, topology, partition, account }) =>
      deletesKeys
        ? {
            resources: [keys(partition, account)],
            conditions: { StringEquals: { [`aws:ResourceTag/${OUR_TAG}`]: [topology] } },
          }
        : undefined,
  },
  {
    id: "WrapKeyMaterial",
    actions: ["kms:GetParametersForImport"],
    basis: "enforced",
    why: "keyferry keys import gets from KMS the public key that wraps the key material, with no weaker algorithm than RSA-OAEP with SHA-256",
    source: "KMS developer guide, Importing key material: Controlling access to importing key material",
    grant: ({ importsKeys, partition, account }) =>
      importsKeys === true
        ? {
            resources: [keys(partition, account)],
            conditions: { StringEquals: { "kms:WrappingAlgorithm": ["RSAES_OAEP_SHA_256"] } },
          }
        : undefined,
  },
  {
    id: "ImportKeyMaterial",
    actions: ["kms:ImportKeyMaterial"],
    basis: "enforced",
    why: "keyferry keys import imports the key material; KMS accepts it only for a key whose origin is EXTERNAL, and only the same material as the first time",
    source: "KMS developer guide, Importing key material: Controlling access to importing key material",
    grant: ({ importsKeys, partition, account }) =>
      importsKeys === true ? { resources: [keys(partition, account)] } : undefined,
  },
  {
    id: "NameOwnKeys",
    actions: ["kms:CreateAlias", "kms:DeleteAlias"],
    basis: "enforced",
    why: "the script finds the keys by their aliases; on the key itself, only keyferry keys delete may delete an alias",
    source: "KMS developer guide, Controlling access to aliases",
    grant: ({ topology, partition, account }) => ({
      resources: [kms(partition, account, `alias/keyferry/${topology}/*`)],
    }),
  },
  {
    id: "FindKeys",
    actions: ["kms:ListAliases"],
    basis: "enforced",
    why: "keys are looked up by their aliases",
    source: "KMS API reference, ListAliases",
    grant: () => ({ resources: ["*"] }),
  },
  {
    id: "LookAtKeys",
    actions: ["kms:DescribeKey"],
    basis: "enforced",
    why: "the keys of the images' own volumes are looked up, only to check that they exist",
    source: "KMS API reference, DescribeKey",
    grant: ({ partition, account }) => ({ resources: [keys(partition, account)] }),
  },
  {
    id: "LookAtKeyUse",
    actions: ["kms:GetKeyLastUsage", "kms:ListGrants", "kms:ListKeyRotations"],
    basis: "enforced",
    why: "keyferry keys shows who has a grant on a key, when it was last used and when it was rotated; Terraform does not need it",
    source: "KMS developer guide, KMS permissions reference",
    grant: ({ topology, partition, account }) => ({
      resources: [keys(partition, account)],
      conditions: { StringEquals: { [`aws:ResourceTag/${OUR_TAG}`]: [topology] } },
    }),
  },
  {
    id: "LookForKeyUsers",
    actions: [
      "autoscaling:DescribeAutoScalingGroups",
      "autoscaling:DescribeLaunchConfigurations",
      "ec2:DescribeImages",
      "ec2:DescribeInstances",
      "ec2:DescribeLaunchTemplateVersions",
      "ec2:DescribeSnapshots",
      "ec2:DescribeSpotFleetRequests",
      "ec2:DescribeVolumes",
      "ec2:GetEbsDefaultKmsKeyId",
      "ec2:ListImagesInRecycleBin",
      "ec2:ListSnapshotsInRecycleBin",
      "logs:DescribeLogGroups",
      "rds:DescribeDBClusterAutomatedBackups",
      "rds:DescribeDBClusterSnapshots",
      "rds:DescribeDBClusters",
      "rds:DescribeDBInstanceAutomatedBackups",
      "rds:DescribeDBInstances",
      "rds:DescribeDBSnapshots",
      "s3:GetEncryptionConfiguration",
      "s3:GetReplicationConfiguration",
      "s3:ListAllMyBuckets",
      "secretsmanager:ListSecrets",
      "ssm:DescribeParameters",
      "ssm:GetParameters",
    ],
    basis: "enforced",
    why: "keyferry keys delete proves that nothing uses a key; keyferry status, clean and doctor read what is left in accounts and Regions that are no longer in the topology; keyferry plan --routes reads what rules copy; without this permission they report what they could not read, and no key is deleted; Terraform does not need it",
    source: "Service authorization reference, the services named",
    grant: () => ({ resources: ["*"] }),
  },
  {
    id: "MakeRunnerRole",
    actions: [
      "iam:AttachRolePolicy",
      "iam:CreateRole",
      "iam:DeleteRole",
      "iam:DeleteRolePolicy",
      "iam:DetachRolePolicy",
      "iam:GetRole",
      "iam:GetRolePolicy",
      "iam:ListAttachedRolePolicies",
      "iam:ListInstanceProfilesForRole",
      "iam:ListRolePolicies",
      "iam:PutRolePolicy",
      "iam:TagRole",
      "iam:UpdateAssumeRolePolicy",
      "iam:UpdateRole",
    ],
    basis: "enforced",
    why: "the foundation creates the role that the script assumes, and deletes it when nothing is copied in the account any more",
    source: "Service authorization reference, AWS Identity and Access Management",
    grant: ({ partition, account, runnerRole }) => ({ resources: [roleArn(partition, account, runnerRole)] }),
  },
  {
    id: "MakeRunnerPolicies",
    actions: [
      "iam:CreatePolicy",
      "iam:CreatePolicyVersion",
      "iam:DeletePolicy",
      "iam:DeletePolicyVersion",
      "iam:GetPolicy",
      "iam:GetPolicyVersion",
      "iam:ListPolicyVersions",
      "iam:TagPolicy",
    ],
    basis: "enforced",
    why: "statements that do not fit into the role's inline policy are in managed policies",
    source: "Service authorization reference, AWS Identity and Access Management",
    grant: ({ partition, account, runnerRole }) => ({
      resources: [iamArn(partition, account, `policy/${overflowPolicyPrefix(runnerRole)}*`)],
    }),
  },
  {
    id: "SetEbsDefaults",
    actions: [
      "ec2:DisableEbsEncryptionByDefault",
      "ec2:EnableEbsEncryptionByDefault",
      "ec2:GetEbsDefaultKmsKeyId",
      "ec2:GetEbsEncryptionByDefault",
      "ec2:ModifyEbsDefaultKmsKeyId",
      "ec2:ResetEbsDefaultKmsKeyId",
    ],
    basis: "enforced",
    why: "the EBS defaults of the account are set and reset",
    source: "Service authorization reference, Amazon EC2: these actions have no resources",
    grant: ({ ebsDefaults }) => (ebsDefaults ? { resources: ["*"] } : undefined),
  },
  ...DEPLOY_KEY_ROWS,
  ...DEPLOY_LAUNCH_ROWS,
  ...DEPLOY_BUCKET_ROWS,
  ...DEPLOY_REKEY_ROWS,
  ...DEPLOY_ADOPT_ROWS,
  ...DEPLOY_STATE_ROWS,
];

/** The statements of a deploy role's policy: what Terraform needs in the account, and no more. They do not include the deletion of keys or retained buckets. */
export function deployPolicy(access: DeployAccess): readonly Statement[] {
  const { launchGrants, partition, account } = access;
  return [
    ...statementsOf(DEPLOY_ROWS, access),
    ...(launchGrants === undefined ? [] : grantIssuerPolicy({ partition, account, ...launchGrants })),
  ];
}

/** The statements of the role of an account in which nothing is deployed, and whose bucket contains Terraform's state. */
export function statePolicy(access: DeployAccess): readonly Statement[] {
  return statementsOf(DEPLOY_STATE_ROWS, access);
}

/** Who may assume the deploy role: principals that IAM of the operator account allows. */
export function deployTrust({ partition, operatorAccount }: DeployAccess): readonly Statement[] {
  return [
    {
      sid: "OperatorAccountDeploys",
      effect: "Allow",
      principal: { AWS: [accountPrincipal(partition, operatorAccount)] },
      actions: ["sts:AssumeRole"],
    },
  ];
}

function keys(partition: string, account: string): string {
  return kms(partition, account, "key/*");
}

/** In every Region, because a topology can grow into other Regions. */
function kms(partition: string, account: string, resource: string): string {
  return formatArn({ partition, service: "kms", region: "*", account, resource });
}
