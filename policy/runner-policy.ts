import { autoScalingServiceLinkedRoleArn, formatArn, iamArn, parameterArn, roleArn } from "../core/arn";
import { viaService } from "../core/regions";
import type { Conditions, KeyReference, Statement } from "./document";
import { statementsOf, type PermissionRow, type RowGrant } from "./row";
import { overflowPolicyPrefix, type KeyUse, type RunnerAccess } from "./runner";

const FOR_EBS: Conditions = { Bool: { "kms:GrantIsForAWSResource": ["true"] } };

/** The permission table, part two: what the runner role of an account may do. */
export const RUNNER_ROWS: readonly PermissionRow<RunnerAccess>[] = [
  {
    id: "DescribeKeys",
    actions: ["kms:DescribeKey"],
    basis: "enforced",
    why: "CopyImage checks the destination key for the caller, and the script finds keys by their aliases and looks at their state",
    source: "EC2 API reference, CopyImage",
    grant: (access) => onKeys(access.keys.filter((use) => isOwn(access, use))),
  },
  {
    id: "DescribeSourceKeys",
    actions: ["kms:DescribeKey"],
    basis: "documented",
    why: "part of the set that AWS asks for on the key of a shared snapshot",
    source: "EBS user guide, Copy an Amazon EBS snapshot",
    grant: (access) => onKeys(access.keys.filter((use) => !isOwn(access, use))),
  },
  {
    id: "ListAliases",
    actions: ["kms:ListAliases"],
    basis: "enforced",
    why: "whose key a source snapshot is under is told by its alias: an AWS managed key, which cannot be shared, has one below alias/aws/; the action has no resource-level permission",
    source: "KMS developer guide, Permissions reference",
    grant: (access) =>
      access.bookkeepsIn.length === 0
        ? undefined
        : {
            resources: ["*"],
            conditions: { StringEquals: { "aws:RequestedRegion": access.bookkeepsIn } },
          },
  },
  {
    id: "ReadKeyPolicies",
    actions: ["kms:GetKeyPolicy"],
    basis: "enforced",
    why: "when a copy is refused, the script reads which statement its own account's key lacks",
    source: "KMS developer guide, Permissions reference",
    grant: (access) => onKeys(access.keys.filter((use) => isOwn(access, use))),
  },
  {
    id: "GrantToEbs",
    actions: ["kms:CreateGrant"],
    basis: "enforced",
    why: "EC2 copies snapshots asynchronously under grants that the caller makes on the source and destination keys",
    source: "EBS user guide, Copy an Amazon EBS snapshot",
    grant: (access) => onKeys(access.keys, FOR_EBS, "via EC2"),
  },
  {
    id: "MakeDataKeys",
    actions: ["kms:GenerateDataKeyWithoutPlaintext"],
    basis: "enforced",
    why: "each copied snapshot gets a data key under the destination key",
    source: "EBS user guide, Copy an Amazon EBS snapshot",
    grant: (access) => onKeys(access.keys.filter(isWrite), {}, "via EC2"),
  },
  {
    id: "UseKeysThroughEc2",
    actions: ["kms:Decrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"],
    basis: "documented",
    why: "the rest of the set that AWS asks for on both keys of a copy",
    source: "EBS user guide, Copy an Amazon EBS snapshot",
    grant: (access) => onKeys(access.keys, {}, "via EC2"),
  },
  {
    id: "UseSourceKeysThroughEc2",
    actions: ["kms:GenerateDataKeyWithoutPlaintext"],
    basis: "documented",
    why: "part of the set that AWS asks for on the source key as well",
    source: "EBS user guide, Copy an Amazon EBS snapshot",
    grant: (access) =>
      onKeys(
        access.keys.filter((use) => !isWrite(use)),
        {},
        "via EC2",
      ),
  },
  {
    id: "DescribeImages",
    actions: ["ec2:DescribeImages", "ec2:DescribeSnapshots"],
    basis: "enforced",
    why: "the script looks before it acts, waits and verifies; these actions have no resource-level permission",
    source: "Service authorization reference, Amazon EC2",
    grant: (access) => ({
      resources: ["*"],
      conditions: {
        StringEquals: { "aws:RequestedRegion": [...new Set([...access.copiesInto, ...access.bookkeepsIn])] },
      },
    }),
  },
  {
    id: "InspectSettings",
    actions: [
      "ec2:DescribeRegions",
      "ec2:GetEbsDefaultKmsKeyId",
      "ec2:GetEbsEncryptionByDefault",
      "ec2:GetImageBlockPublicAccessState",
      "ec2:GetSnapshotBlockPublicAccessState",
    ],
    basis: "enforced",
    why: "keyferry doctor looks at the settings of an account that decide how its images and volumes are made and shared; these actions have no resource-level permission",
    source: "Service authorization reference, Amazon EC2",
    grant: (access) => ({
      resources: ["*"],
      conditions: {
        StringEquals: { "aws:RequestedRegion": [...new Set([...access.copiesInto, ...access.bookkeepsIn])] },
      },
    }),
  },
  {
    id: "ReadAllowedImages",
    actions: ["ec2:GetAllowedImagesSettings"],
    basis: "enforced",
    why: "whether an account admits images of the source account, in the Region in which they are shared with it, is told by these settings alone",
    source: "EC2 user guide, Control the discovery and use of AMIs in Amazon EC2 with Allowed AMIs",
    grant: (access) => ({
      resources: ["*"],
      conditions: { StringEquals: { "aws:RequestedRegion": access.copiesFrom } },
    }),
  },
  {
    id: "ReadQuotas",
    actions: ["servicequotas:ListAWSDefaultServiceQuotas", "servicequotas:ListServiceQuotas"],
    basis: "enforced",
    why: "how many copies an account may have in progress in a Region is told by Service Quotas; without it a run reckons with AWS's documented number; these actions have no resource-level permission",
    source: "Service authorization reference, Service Quotas",
    grant: (access) =>
      access.copiesInto.length === 0
        ? undefined
        : { resources: ["*"], conditions: { StringEquals: { "aws:RequestedRegion": access.copiesInto } } },
  },
  {
    id: "CopyImages",
    actions: ["ec2:CopyImage"],
    basis: "enforced",
    why: "the copy itself: checked on the source image, the new image and its snapshots",
    source: "EC2 user guide, Permissions for copying an AMI",
    grant: (access) => inRegions(access, access.copiesInto, ["image", "snapshot"], {}, access.copiesFrom),
  },
  {
    id: "TagCopies",
    actions: ["ec2:CreateTags"],
    basis: "enforced",
    why: "lineage tags are set in the call that makes the copy, so that no copy is ever without them",
    source: "EC2 user guide, Grant permission to tag resources during creation",
    grant: (access) =>
      inRegions(access, access.copiesInto, ["image", "snapshot"], {
        StringEquals: { "ec2:CreateAction": ["CopyImage"] },
      }),
  },
  {
    id: "TagOwnCopies",
    actions: ["ec2:CreateTags"],
    basis: "enforced",
    why: "tags of a source snapshot, and tags that the topology has got since, are set on copies that stand; lineage tags are never changed",
    source: "Service authorization reference, Amazon EC2",
    grant: (access) =>
      inRegions(access, access.finishesIn, ["image", "snapshot"], {
        ...ofTopology(access),
        "ForAllValues:StringNotLike": { "aws:TagKeys": ["keyferry:*"] },
        Null: { "aws:TagKeys": ["false"] },
      }),
  },
  {
    id: "SetDescriptions",
    actions: ["ec2:ModifyImageAttribute"],
    basis: "enforced",
    why: "a copy shows its source's description; nothing else of the image, its permissions least of all, may be changed so",
    source: "EC2 user guide, Identity-based policies (the ec2:Attribute condition key)",
    grant: (access) =>
      inRegions(access, access.finishesIn, ["image"], {
        ...ofTopology(access),
        Null: { "ec2:Attribute/Description": ["false"] },
      }),
  },
  {
    id: "RequireImdsV2",
    actions: ["ec2:ModifyImageAttribute"],
    basis: "enforced",
    why: "where the source asks instances for IMDSv2, its copy does",
    source: "EC2 user guide, Identity-based policies (the ec2:Attribute condition key)",
    grant: (access) =>
      inRegions(access, access.finishesIn, ["image"], {
        StringEquals: {
          "aws:ResourceTag/keyferry:topology": [access.topology],
          "ec2:Attribute/ImdsSupport": ["v2.0"],
        },
      }),
  },
  {
    id: "DeprecateCopies",
    actions: ["ec2:EnableImageDeprecation"],
    basis: "enforced",
    why: "a copy is deprecated when its source is, which CopyImage does not carry",
    source: "Service authorization reference, Amazon EC2",
    grant: (access) => inRegions(access, access.finishesIn, ["image"], ofTopology(access)),
  },
  {
    id: "ProtectCopies",
    actions: ["ec2:EnableImageDeregistrationProtection"],
    basis: "enforced",
    why: "where the topology asks for it, a copy cannot be deregistered by mistake",
    source: "Service authorization reference, Amazon EC2",
    grant: (access) => inRegions(access, access.protectsIn, ["image"], ofTopology(access)),
  },
  {
    id: "LookForUses",
    actions: [
      "autoscaling:DescribeAutoScalingGroups",
      "autoscaling:DescribeLaunchConfigurations",
      "ec2:DescribeFleets",
      "ec2:DescribeInstances",
      "ec2:DescribeLaunchTemplateVersions",
      "ec2:DescribeSpotFleetRequests",
    ],
    basis: "enforced",
    why: "an old copy goes only when nothing uses it any more; these actions have no resource-level permission",
    source: "Service authorization reference, Amazon EC2 and Amazon EC2 Auto Scaling",
    grant: (access) =>
      access.retiresIn.length === 0
        ? undefined
        : { resources: ["*"], conditions: { StringEquals: { "aws:RequestedRegion": access.retiresIn } } },
  },
  {
    id: "RecordShares",
    actions: ["ec2:CreateTags", "ec2:DeleteTags"],
    basis: "enforced",
    why: "what the script shares it records before, so that it withdraws its own shares and no other; another topology's records are not its to change, those that name none were written by earlier versions",
    source: "Service authorization reference, Amazon EC2",
    grant: (access) =>
      inRegions(access, access.sharesIn, ["image", "snapshot"], {
        "ForAllValues:StringLike": { "aws:TagKeys": shareRecords(access) },
        Null: { "aws:TagKeys": ["false"] },
      }),
  },
  {
    id: "Share",
    actions: ["ec2:ModifyImageAttribute", "ec2:ModifySnapshotAttribute"],
    basis: "enforced",
    why: "an image and its snapshots are shared while destinations copy from them, and withdrawn afterwards; a final copy is under its home key and never shared",
    source: "EC2 user guide, Share an AMI with specific AWS accounts",
    grant: (access) =>
      inRegions(access, access.sharesIn, ["image", "snapshot"], {
        StringEquals: { "ec2:Owner": [access.account] },
        StringNotEquals: { "aws:ResourceTag/keyferry:role": ["final"] },
      }),
  },
  {
    id: "ReadShares",
    actions: ["ec2:DescribeImageAttribute", "ec2:DescribeSnapshotAttribute"],
    basis: "enforced",
    why: "only accounts that are not there yet are added, so that nobody else's share is ever withdrawn",
    source: "Service authorization reference, Amazon EC2",
    grant: (access) => inRegions(access, access.sharesIn, ["image", "snapshot"]),
  },
  {
    id: "RemoveOwnCopies",
    actions: ["ec2:DeregisterImage", "ec2:DeleteSnapshot"],
    basis: "enforced",
    why: "transit copies and failed copies go when they have served; only what carries the topology's own tag",
    source: "Service authorization reference, Amazon EC2",
    grant: (access) => inRegions(access, access.copiesInto, ["image", "snapshot"], ofTopology(access)),
  },
  {
    id: "KeepBooks",
    actions: ["ssm:DeleteParameter", "ssm:GetParameters", "ssm:PutParameter"],
    basis: "enforced",
    why: "leases and intents live beside the source image, so that two runs do not meet and any machine can resume",
    source: "Systems Manager user guide, Restricting access to parameters",
    grant: (access) =>
      some(
        access.bookkeepsIn.map((region) =>
          parameterArn(region, access.account, `/keyferry/${access.topology}/*`),
        ),
      ),
  },
  {
    id: "Publish",
    actions: ["ssm:GetParameters", "ssm:GetParameterHistory", "ssm:PutParameter"],
    basis: "enforced",
    why: "launch templates find the proved copy through its parameter; what it has shown before is what a rollback goes back to",
    source: "Systems Manager user guide, Native parameter support for Amazon Machine Image IDs",
    grant: (access) =>
      some(access.publishes.map(({ region, parameter }) => parameterArn(region, access.account, parameter))),
  },
  {
    id: "TagParameters",
    actions: ["ssm:AddTagsToResource"],
    basis: "enforced",
    why: "leases, intents and published parameters carry lineage tags from the call on that creates them; nothing else may be tagged, and with nothing else",
    source: "Systems Manager user guide, Working with parameters in Parameter Store (tags)",
    grant: (access) =>
      some(
        [
          ...access.bookkeepsIn.map((region) =>
            parameterArn(region, access.account, `/keyferry/${access.topology}/*`),
          ),
          ...access.publishes.map(({ region, parameter }) => parameterArn(region, access.account, parameter)),
        ],
        {
          StringEquals: { "aws:RequestTag/keyferry:topology": [access.topology] },
          "ForAllValues:StringEquals": { "aws:TagKeys": ["keyferry:topology", "keyferry:role"] },
          Null: { "aws:TagKeys": ["false"] },
        },
      ),
  },
  {
    id: "MakeAutoScalingRole",
    actions: ["iam:CreateServiceLinkedRole"],
    basis: "enforced",
    why: "an Auto Scaling group launches under this role, and Terraform has no safe way to create it unless it exists",
    source: "EC2 Auto Scaling user guide, Service-linked roles",
    grant: (access) =>
      access.launches
        ? {
            resources: [autoScalingServiceLinkedRoleArn(access.partition, access.account)],
            conditions: { StringEquals: { "iam:AWSServiceName": ["autoscaling.amazonaws.com"] } },
          }
        : undefined,
  },
  {
    id: "FindAutoScalingRole",
    actions: ["iam:GetRole"],
    basis: "enforced",
    why: "keyferry doctor tells whether the role is there, without making it; a role that is not there has no path in its ARN",
    source: "Service authorization reference, AWS Identity and Access Management",
    grant: (access) =>
      access.launches
        ? {
            resources: [
              autoScalingServiceLinkedRoleArn(access.partition, access.account),
              roleArn(access.partition, access.account, "AWSServiceRoleForAutoScaling"),
            ],
          }
        : undefined,
  },
  {
    id: "ReadLaunches",
    actions: ["autoscaling:DescribeScalingActivities"],
    basis: "enforced",
    why: "why an Auto Scaling group cannot launch a copy is told by its activities alone; the action has no resource-level permission",
    source: "Service authorization reference, Amazon EC2 Auto Scaling",
    grant: (access) =>
      access.launchesIn.length === 0
        ? undefined
        : { resources: ["*"], conditions: { StringEquals: { "aws:RequestedRegion": access.launchesIn } } },
  },
  {
    id: "ReadOwnPolicies",
    actions: ["iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"],
    basis: "enforced",
    why: "when a copy is refused, the script reads which permission its own role lacks; keyferry doctor reads it before",
    source: "Service authorization reference, AWS Identity and Access Management",
    grant: (access) => ({ resources: [roleArn(access.partition, access.account, access.roleName)] }),
  },
  {
    id: "ReadOverflowPolicies",
    actions: ["iam:GetPolicy", "iam:GetPolicyVersion"],
    basis: "enforced",
    why: "what a role's inline policy has no room for stands in up to ten managed policies of these names",
    source: "IAM user guide, IAM and AWS STS quotas",
    grant: (access) => ({
      resources: ["?", "10"].map((number) =>
        iamArn(access.partition, access.account, `policy/${overflowPolicyPrefix(access.roleName)}${number}`),
      ),
    }),
  },
];

/** The permission table, part three: who may become the runner role. */
export const RUNNER_TRUST_ROWS: readonly PermissionRow<RunnerAccess>[] = [
  {
    id: "OperatorMayRun",
    actions: ["sts:AssumeRole"],
    basis: "enforced",
    why: "the script is run from the operator account, whose IAM decides who may",
    source: "IAM user guide, How to use trust policies with IAM roles",
    grant: (access) => ({
      principal: { AWS: [formatArn(operatorRoot(access))] },
      ...(access.externalId === undefined
        ? {}
        : { conditions: { StringEquals: { "sts:ExternalId": [access.externalId] } } }),
    }),
  },
];

/** The statements of a runner role's identity policy. */
export function runnerPolicy(access: RunnerAccess): readonly Statement[] {
  return statementsOf(RUNNER_ROWS, access);
}

/** The statements of a runner role's trust policy. */
export function runnerTrust(access: RunnerAccess): readonly Statement[] {
  return statementsOf(RUNNER_TRUST_ROWS, access);
}

function operatorRoot(access: RunnerAccess) {
  return {
    partition: access.partition,
    service: "iam",
    region: "",
    account: access.operatorAccount,
    resource: "root",
  };
}

function isOwn(access: RunnerAccess, use: KeyUse): boolean {
  return use.key.account === access.account;
}

function isWrite(use: KeyUse): boolean {
  return use.as === "write";
}

/** Keys of the tags that record the topology's shares. */
function shareRecords({ topology }: RunnerAccess): readonly string[] {
  return [`keyferry:shared-with:${topology}/*`, "keyferry:shared-with", "keyferry:shared-with:?"];
}

/** Only what carries the topology's own tag. */
function ofTopology(access: RunnerAccess): Conditions {
  return { StringEquals: { "aws:ResourceTag/keyferry:topology": [access.topology] } };
}

/** A key is used through EC2 of its own Region, in cross-Region copies as well. */
function onKeys(
  uses: readonly KeyUse[],
  conditions: Conditions = {},
  through?: "via EC2",
): RowGrant | undefined {
  if (uses.length === 0) return undefined;
  const keys = uniqueKeys(uses.map((use) => use.key));
  const services = [...new Set(keys.map((key) => viaService("ec2", key.region)))];
  const all =
    through === undefined ? conditions : { ...conditions, StringEquals: { "kms:ViaService": services } };
  return { resources: keys, ...(Object.keys(all).length === 0 ? {} : { conditions: all }) };
}

function uniqueKeys(keys: readonly KeyReference[]): readonly KeyReference[] {
  return [...new Map(keys.map((key) => [`${key.account}/${key.region}/${key.alias}`, key])).values()];
}

/** Images and snapshots of Regions; their ids are not known beforehand, and their ARNs have no account. */
function inRegions(
  access: RunnerAccess,
  regions: readonly string[],
  kinds: readonly ("image" | "snapshot")[],
  conditions: Conditions = {},
  imageRegions: readonly string[] = [],
): RowGrant | undefined {
  const arns = [
    ...regions.flatMap((region) => kinds.map((kind) => ec2Arn(access.partition, region, kind))),
    ...imageRegions.map((region) => ec2Arn(access.partition, region, "image")),
  ];
  return some([...new Set(arns)], conditions);
}

function ec2Arn(partition: string, region: string, kind: string): string {
  return formatArn({ partition, service: "ec2", region, account: "", resource: `${kind}/*` });
}

function some(resources: readonly string[], conditions: Conditions = {}): RowGrant | undefined {
  if (resources.length === 0) return undefined;
  return { resources, ...(Object.keys(conditions).length === 0 ? {} : { conditions }) };
}
