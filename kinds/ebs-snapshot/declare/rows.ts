import type { PermissionRow } from "../../../policy/row";
import { anywhere, inRegions, ofTopology, shareRecords } from "../../../policy/runner-policy/row-grants";
import type { RunnerAccess } from "../../../policy/runner";
import {
  INSPECT_SETTINGS,
  READ_QUOTAS,
  SHARE_SNAPSHOTS,
  WITHDRAW_SNAPSHOTS,
} from "../../shared/declare/ebs-rows";
import { ownRows } from "../../shared/declare/own-rows";

type Row = PermissionRow<RunnerAccess>;

const DESCRIBE_SNAPSHOTS: Row = {
  id: "DescribeSnapshots",
  actions: ["ec2:DescribeSnapshots"],
  basis: "enforced",
  why: "the commands read the state before they act, while they wait, and to verify; they check that a source is shared before they copy it, because AWS also accepts the call for a snapshot that is not shared; the action has no resource-level permissions",
  source: "Service authorization reference, Amazon EC2",
  grant: ({ copiesInto, bookkeepsIn, copiesFrom }) =>
    anywhere([...copiesInto, ...bookkeepsIn, ...copiesFrom]),
};

const COPY_ROWS: readonly Row[] = [
  {
    id: "CopySnapshots",
    actions: ["ec2:CopySnapshot"],
    basis: "enforced",
    why: "the copy itself: checked on the source snapshot and on the new one",
    source: "Service authorization reference, Amazon EC2; EC2 user guide, Example policies (copy snapshots)",
    grant: (access) =>
      inRegions(access, [...new Set([...access.copiesInto, ...access.copiesFrom])], ["snapshot"]),
  },
  {
    id: "TagSnapshotCopies",
    actions: ["ec2:CreateTags"],
    basis: "enforced",
    why: "lineage tags are set in the call that makes the copy, so that no copy is ever without them",
    source: "EC2 user guide, Grant permission to tag resources during creation",
    grant: (access) =>
      inRegions(access, access.copiesInto, ["snapshot"], {
        StringEquals: { "ec2:CreateAction": ["CopySnapshot"] },
      }),
  },
  {
    id: "TagOwnSnapshotCopies",
    actions: ["ec2:CreateTags"],
    basis: "enforced",
    why: "tags that were added to the source or the topology later are set on existing copies; lineage tags are never changed",
    source: "Service authorization reference, Amazon EC2",
    grant: (access) =>
      inRegions(access, access.finishesIn, ["snapshot"], {
        ...ofTopology(access),
        "ForAllValues:StringNotLike": { "aws:TagKeys": ["keyferry:*"] },
        Null: { "aws:TagKeys": ["false"] },
      }),
  },
  {
    id: "RemoveOwnSnapshotCopies",
    actions: ["ec2:DeleteSnapshot"],
    basis: "enforced",
    why: "transit copies, failed copies and copies beyond `keep` are removed; only snapshots with the topology's own tag",
    source: "Service authorization reference, Amazon EC2",
    grant: (access) => inRegions(access, access.copiesInto, ["snapshot"], ofTopology(access)),
  },
];

const LOOK_FOR_USES: Row = {
  id: "LookForSnapshotUses",
  actions: ["ec2:DescribeImages", "ec2:DescribeLaunchTemplateVersions"],
  basis: "enforced",
  why: "an old copy is removed only when no image and no launch template names it any more; these actions have no resource-level permissions",
  source: "Service authorization reference, Amazon EC2",
  grant: ({ retiresIn }) => anywhere(retiresIn),
};

const RECORD_SHARES: Row = {
  id: "RecordSnapshotShares",
  actions: ["ec2:CreateTags", "ec2:DeleteTags"],
  basis: "enforced",
  why: "the role records each share before it shares, so that it withdraws only its own shares; it may not change the records of another topology",
  source: "Service authorization reference, Amazon EC2",
  grant: (access) =>
    inRegions(access, access.sharesIn, ["snapshot"], {
      "ForAllValues:StringLike": { "aws:TagKeys": shareRecords(access) },
      Null: { "aws:TagKeys": ["false"] },
    }),
};

const READ_SHARES: Row = {
  id: "ReadSnapshotShares",
  actions: ["ec2:DescribeSnapshotAttribute"],
  basis: "enforced",
  why: "only accounts that do not have access yet are added, so that shares of others are never withdrawn",
  source: "Service authorization reference, Amazon EC2",
  grant: (access) => inRegions(access, access.sharesIn, ["snapshot"]),
};

/** Permissions of the runner role for EBS snapshots that belong to no image. */
export const SNAPSHOT_ROWS: readonly Row[] = [
  ...ownRows("ebs-snapshot", [DESCRIBE_SNAPSHOTS]),
  INSPECT_SETTINGS,
  READ_QUOTAS,
  ...ownRows("ebs-snapshot", [LOOK_FOR_USES, ...COPY_ROWS, RECORD_SHARES]),
  SHARE_SNAPSHOTS,
  WITHDRAW_SNAPSHOTS,
  ...ownRows("ebs-snapshot", [READ_SHARES]),
];
