import type { PermissionRow } from "../../../../policy/row";
import type { RunnerAccess } from "../../../../policy/runner";
import { ofTopology, inRegions } from "../../../../policy/runner-policy/row-grants";

/** Permissions of the runner role to create, tag, complete and remove copies. */
export const COPY_ROWS: readonly PermissionRow<RunnerAccess>[] = [
  {
    id: "CopyImages",
    actions: ["ec2:CopyImage"],
    basis: "enforced",
    why: "the copy itself: checked on the source image, the new image and its snapshots",
    source: "EC2 user guide, Permissions for copying an AMI",
    grant: (access) => {
      const { copiesInto, copiesFrom } = access.byCopyImage ?? access;
      return inRegions(access, copiesInto, ["image", "snapshot"], {}, copiesFrom);
    },
  },
  {
    id: "TagCopies",
    actions: ["ec2:CreateTags"],
    basis: "enforced",
    why: "lineage tags are set in the call that makes the copy, so that no copy is ever without them",
    source: "EC2 user guide, Grant permission to tag resources during creation",
    grant: (access) =>
      inRegions(access, access.copiesInto, ["image", "snapshot"], {
        StringEquals: { "ec2:CreateAction": makingActions(access) },
      }),
  },
  {
    id: "TagOwnCopies",
    actions: ["ec2:CreateTags"],
    basis: "enforced",
    why: "tags of a source snapshot, and tags that were added to the topology later, are set on existing copies; lineage tags are never changed",
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
    why: "a copy gets its source's description; the statement allows no change of any other attribute, such as launch permissions",
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
    why: "if the source requires IMDSv2 on instances, its copy also requires it",
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
    why: "a copy is deprecated at the same time as its source; CopyImage does not copy the deprecation",
    source: "Service authorization reference, Amazon EC2",
    grant: (access) => inRegions(access, access.finishesIn, ["image"], ofTopology(access)),
  },
  {
    id: "ProtectCopies",
    actions: ["ec2:EnableImageDeregistrationProtection"],
    basis: "enforced",
    why: "if the topology requires it, copies are protected from being deregistered by mistake",
    source: "Service authorization reference, Amazon EC2",
    grant: (access) => inRegions(access, access.protectsIn, ["image"], ofTopology(access)),
  },
  {
    id: "RemoveOwnCopies",
    actions: ["ec2:DeregisterImage", "ec2:DeleteSnapshot"],
    basis: "enforced",
    why: "transit copies and failed copies are removed when they are no longer needed; only resources with the topology's own tag",
    source: "Service authorization reference, Amazon EC2",
    grant: (access) => inRegions(access, access.copiesInto, ["image", "snapshot"], ofTopology(access)),
  },
];

/** The calls that create copies, by the names that EC2 uses for `ec2:CreateAction`. */
function makingActions({ copiesInto, byCopyImage, stored, registered }: RunnerAccess): readonly string[] {
  const isMade = (action: string, where: readonly unknown[] = []) => (where.length === 0 ? [] : [action]);
  return [
    ...isMade("CopyImage", byCopyImage?.copiesInto ?? copiesInto),
    ...isMade("CreateRestoreImageTask", stored?.restoresFrom),
    ...isMade("CopySnapshot", registered?.registersIn),
    ...isMade("RegisterImage", registered?.registersIn),
  ];
}
