import { formatArn } from "@keyferry/common";
import type { DeployAccess } from "./deploy-access";
import type { Conditions } from "./document";
import type { PermissionRow, RowGrant } from "./row";

/** Terraform's default tags set it on every key that it creates. */
const OUR_TAG = "keyferry:topology";
/** Tags that `keyferry keys rekey` writes: on copies in the call that creates them, on the replaced resources afterwards. */
const COPY_TAG = "keyferry:rekeyed-by";
const REPLACED_TAG = "keyferry:replaced-by";

/**
 * What `keyferry keys rekey` does with the deploy role of an account; Terraform does not need it. It may use the topology's keys in the account and the named
 * keys of other accounts, only through EC2. It removes only what it has marked as replaced, and its own copies.
 */
export const DEPLOY_REKEY_ROWS: readonly PermissionRow<DeployAccess>[] = [
  {
    id: "CopyUnderPresentKey",
    actions: ["ec2:CopyImage", "ec2:CopySnapshot"],
    basis: "enforced",
    why: "images and snapshots under a former key are copied in their Region under the present key; AWS checks the permission on the source and on the copy",
    source: "EC2 user guide, Permissions for copying an AMI; Service authorization reference, Amazon EC2",
    grant: (access) => onCopies(access, {}),
  },
  {
    id: "TagRekeyedCopies",
    actions: ["ec2:CreateTags"],
    basis: "enforced",
    why: "the call that creates a copy also writes the tag that says what it replaces, so that no copy is ever without it",
    source: "EC2 user guide, Grant permission to tag resources during creation",
    grant: (access) =>
      onCopies(access, {
        StringEquals: {
          "ec2:CreateAction": ["CopyImage", "CopySnapshot"],
          [`aws:RequestTag/${COPY_TAG}`]: [access.topology],
        },
      }),
  },
  {
    id: "CompleteRekeyedCopies",
    actions: [
      "ec2:EnableImageDeprecation",
      "ec2:EnableImageDeregistrationProtection",
      "ec2:ModifyImageAttribute",
      "ec2:ModifySnapshotAttribute",
    ],
    basis: "enforced",
    why: "a copy gets the sharing, deprecation and protection of what it replaces, which CopyImage and CopySnapshot do not copy",
    source: "Service authorization reference, Amazon EC2",
    grant: (access) => onCopies(access, ofOurCopies(access)),
  },
  {
    id: "TagCompletedCopies",
    actions: ["ec2:CreateTags"],
    basis: "enforced",
    why: "the tags of each snapshot of an image are set on its copy; lineage tags are never changed",
    source: "Service authorization reference, Amazon EC2",
    grant: (access) =>
      onCopies(
        access,
        {
          ...ofOurCopies(access),
          "ForAllValues:StringNotLike": { "aws:TagKeys": ["keyferry:*"] },
          Null: { "aws:TagKeys": ["false"] },
        },
        ["snapshot"],
      ),
  },
  {
    id: "MarkReplaced",
    actions: ["ec2:CreateTags"],
    basis: "enforced",
    why: "images and snapshots that have been replaced get a tag that names the replacement; none of their other tags is changed",
    source: "Service authorization reference, Amazon EC2",
    grant: (access) =>
      onCopies(access, {
        "ForAllValues:StringEquals": { "aws:TagKeys": [REPLACED_TAG] },
        Null: { "aws:TagKeys": ["false"] },
      }),
  },
  {
    id: "RemoveReplaced",
    actions: ["ec2:DeleteSnapshot", "ec2:DeregisterImage"],
    basis: "enforced",
    why: "--remove-replaced removes only images and snapshots with the tag that marks them as replaced",
    source: "Service authorization reference, Amazon EC2",
    grant: (access) => onCopies(access, { Null: { [`aws:ResourceTag/${REPLACED_TAG}`]: ["false"] } }),
  },
  {
    id: "RemoveDeadCopies",
    actions: ["ec2:DeleteSnapshot", "ec2:DeregisterImage"],
    basis: "enforced",
    why: "a failed copy keeps its name until it is deregistered",
    source: "Service authorization reference, Amazon EC2",
    grant: (access) => onCopies(access, ofOurCopies(access)),
  },
  {
    id: "LookBeforeRekey",
    actions: [
      "ec2:DescribeFleets",
      "ec2:DescribeImageAttribute",
      "ec2:DescribeImageReferences",
      "ec2:DescribeSnapshotAttribute",
    ],
    basis: "enforced",
    why: "the command reads whom a replaced image is shared with, which parameters contain it, and what launches from it",
    source: "Service authorization reference, Amazon EC2",
    grant: ({ rekeys }) => (rekeys === undefined ? undefined : { resources: ["*"] }),
  },
  {
    id: "KeepRekeyLease",
    actions: ["ssm:AddTagsToResource", "ssm:DeleteParameter", "ssm:GetParameters", "ssm:PutParameter"],
    basis: "enforced",
    why: "two processes never work on one key at the same time: a lease exists next to the key while the command runs",
    source: "Systems Manager user guide, Restricting access to parameters",
    grant: (access) => onParameters(access, `keyferry/${access.topology}/keys/*`, {}),
  },
  {
    id: "MoveImageParameters",
    actions: ["ssm:PutParameter"],
    basis: "enforced",
    why: "parameters that contain a replaced image are changed to its copy; no parameter is created",
    source: "Systems Manager user guide, Preventing access to existing parameters (ssm:Overwrite)",
    grant: (access) => onParameters(access, "*", { StringEquals: { "ssm:Overwrite": ["true"] } }),
  },
  {
    id: "GrantToEbsForRekey",
    actions: ["kms:CreateGrant"],
    basis: "enforced",
    why: "EC2 copies snapshots asynchronously under grants that the caller creates on the former and the present key",
    source: "EBS user guide, Copy an Amazon EBS snapshot",
    grant: (access) => onOwnKeys(access, { Bool: { "kms:GrantIsForAWSResource": ["true"] } }),
  },
  {
    id: "UseKeysForRekey",
    actions: ["kms:Decrypt", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom", "kms:ReEncryptTo"],
    basis: "documented",
    why: "the remaining permissions that AWS documents for both keys of a copy",
    source: "EBS user guide, Copy an Amazon EBS snapshot",
    grant: (access) => onOwnKeys(access, {}),
  },
  {
    id: "GrantToEbsForRekeyUnderOthersKeys",
    actions: ["kms:CreateGrant"],
    basis: "enforced",
    why: "the same on keys that other accounts share (sharedWith)",
    source: "EBS user guide, Copy an Amazon EBS snapshot",
    grant: (access) => onOthersKeys(access, { Bool: { "kms:GrantIsForAWSResource": ["true"] } }),
  },
  {
    id: "UseOthersKeysForRekey",
    actions: [
      "kms:Decrypt",
      "kms:DescribeKey",
      "kms:GenerateDataKeyWithoutPlaintext",
      "kms:ReEncryptFrom",
      "kms:ReEncryptTo",
    ],
    basis: "documented",
    why: "the same on keys that other accounts share (sharedWith)",
    source: "EBS user guide, Copy an Amazon EBS snapshot",
    grant: (access) => onOthersKeys(access, {}),
  },
];

function ofOurCopies({ topology }: DeployAccess): Conditions {
  return { StringEquals: { [`aws:ResourceTag/${COPY_TAG}`]: [topology] } };
}

/** Images and snapshots in every Region; their ids are not known beforehand, and their ARNs have no account. */
function onCopies(
  { rekeys, partition }: DeployAccess,
  conditions: Conditions,
  kinds: readonly string[] = ["image", "snapshot"],
): RowGrant | undefined {
  if (rekeys === undefined) return undefined;
  const resources = kinds.map((kind) =>
    formatArn({ partition, service: "ec2", region: "*", account: "", resource: `${kind}/*` }),
  );
  return Object.keys(conditions).length === 0 ? { resources } : { resources, conditions };
}

function onParameters(
  { rekeys, partition, account }: DeployAccess,
  name: string,
  conditions: Conditions,
): RowGrant | undefined {
  if (rekeys === undefined) return undefined;
  const resource = `parameter/${name}`;
  const resources = [formatArn({ partition, service: "ssm", region: "*", account, resource })];
  return Object.keys(conditions).length === 0 ? { resources } : { resources, conditions };
}

function onOwnKeys(access: DeployAccess, conditions: Conditions): RowGrant | undefined {
  const { rekeys, partition, account, topology } = access;
  if (rekeys === undefined) return undefined;
  return {
    resources: [formatArn({ partition, service: "kms", region: "*", account, resource: "key/*" })],
    conditions: {
      ...conditions,
      ...throughEc2(access),
      StringEquals: { [`aws:ResourceTag/${OUR_TAG}`]: [topology] },
    },
  };
}

function onOthersKeys(access: DeployAccess, conditions: Conditions): RowGrant | undefined {
  const { keyArns = [] } = access.rekeys ?? {};
  if (keyArns.length === 0) return undefined;
  return { resources: keyArns, conditions: { ...conditions, ...throughEc2(access) } };
}

function throughEc2({ partition }: DeployAccess): Conditions {
  const suffix = partition === "aws-cn" ? ".cn" : "";
  return { StringLike: { "kms:ViaService": [`ec2.*.amazonaws.com${suffix}`] } };
}
