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

/** Terraform's default tags put it on everything that it makes. */
const OUR_TAG = "keyferry:topology";

/**
 * The permission table, part four: what Terraform does as the deploy role of an account. The actions are those that the
 * AWS provider calls for the resources of the stacks, no more. The id of a key is not known before it is made, so keys
 * are told by the tag that they are made with.
 */
export const DEPLOY_ROWS: readonly PermissionRow<DeployAccess>[] = [
  {
    id: "MakeKeys",
    actions: ["kms:CreateKey", "kms:TagResource"],
    basis: "enforced",
    why: "the foundation makes the keys, with the topology's name as a tag",
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
    why: "it reads and changes the keys that it has made, and uses none",
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
    why: "keyferry keys delete schedules the deletion of a key under which nothing is left; until it has taken NobodySchedulesDeletion out of the key's policy, the key refuses it all the same",
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
    why: "keyferry keys import asks KMS for the public key under which key material travels, and for no weaker way than RSA-OAEP with SHA-256",
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
    why: "keyferry keys import brings keys their material; KMS takes none for a key whose origin is not EXTERNAL, and no other than the first",
    source: "KMS developer guide, Importing key material: Controlling access to importing key material",
    grant: ({ importsKeys, partition, account }) =>
      importsKeys === true ? { resources: [keys(partition, account)] } : undefined,
  },
  {
    id: "NameOwnKeys",
    actions: ["kms:CreateAlias", "kms:DeleteAlias"],
    basis: "enforced",
    why: "the script finds the keys by their names; on the key itself, only keyferry keys delete may take its name away",
    source: "KMS developer guide, Controlling access to aliases",
    grant: ({ topology, partition, account }) => ({
      resources: [kms(partition, account, `alias/keyferry/${topology}/*`)],
    }),
  },
  {
    id: "FindKeys",
    actions: ["kms:ListAliases"],
    basis: "enforced",
    why: "keys are looked up by their names",
    source: "KMS API reference, ListAliases",
    grant: () => ({ resources: ["*"] }),
  },
  {
    id: "LookAtKeys",
    actions: ["kms:DescribeKey"],
    basis: "enforced",
    why: "the keys of the images' own volumes are looked up, and tell nothing but that they exist",
    source: "KMS API reference, DescribeKey",
    grant: ({ partition, account }) => ({ resources: [keys(partition, account)] }),
  },
  {
    id: "LookAtKeyUse",
    actions: ["kms:GetKeyLastUsage", "kms:ListGrants", "kms:ListKeyRotations"],
    basis: "enforced",
    why: "keyferry keys shows who has a grant on a key, when it was used last and when it was rotated; Terraform does not need it",
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
    why: "keyferry keys delete proves that nothing uses a key, and keyferry status, clean and doctor see what is in places that the topology has dropped, and keyferry plan --routes looks at what rules carry; without it they say what they could not look at, and no key is deleted; Terraform does not need it",
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
    why: "the foundation makes the role that the script assumes, and takes it away where nothing is copied any more",
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
    why: "what the role's inline policy has no room for is in managed policies",
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
    why: "the EBS defaults of the account are set, and taken back",
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

/** The statements of a deploy role's policy: what Terraform needs in the account, and no more. No key's or bucket's deletion is among it. */
export function deployPolicy(access: DeployAccess): readonly Statement[] {
  const { launchGrants, partition, account } = access;
  return [
    ...statementsOf(DEPLOY_ROWS, access),
    ...(launchGrants === undefined ? [] : grantIssuerPolicy({ partition, account, ...launchGrants })),
  ];
}

/** The statements of the role of an account in which nothing is deployed, and whose bucket keeps Terraform's state. */
export function statePolicy(access: DeployAccess): readonly Statement[] {
  return statementsOf(DEPLOY_STATE_ROWS, access);
}

/** Who may become the deploy role: whom IAM of the operator account lets. */
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

/** In every Region, because a topology grows into others. */
function kms(partition: string, account: string, resource: string): string {
  return formatArn({ partition, service: "kms", region: "*", account, resource });
}
