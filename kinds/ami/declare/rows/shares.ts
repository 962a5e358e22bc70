import type { PermissionRow } from "../../../../policy/row";
import type { RunnerAccess } from "../../../../policy/runner";
import { inRegions, ownButFinal, shareRecords } from "../../../../policy/runner-policy/row-grants";

/** Permissions of the runner role to share images, and to record the shares. */
export const SHARE_ROWS: readonly PermissionRow<RunnerAccess>[] = [
  {
    id: "RecordShares",
    actions: ["ec2:CreateTags", "ec2:DeleteTags"],
    basis: "enforced",
    why: "the role records each share before it shares, so that it withdraws only its own shares; it may not change the records of another topology; records without a topology were written by earlier versions",
    source: "Service authorization reference, Amazon EC2",
    grant: (access) =>
      inRegions(
        access,
        access.sharesIn,
        ["image", "snapshot"],
        {
          "ForAllValues:StringLike": { "aws:TagKeys": shareRecords(access) },
          Null: { "aws:TagKeys": ["false"] },
        },
        access.letsLaunchIn,
      ),
  },
  {
    id: "ShareImages",
    actions: ["ec2:ModifyImageAttribute"],
    basis: "enforced",
    why: "an image is shared while destinations copy or launch from it, and the share is withdrawn afterwards; a final copy is under its home key and never shared. The recipients cannot be a condition: AWS has ec2:Add/userId and ec2:Add/group only for snapshots. An image with an encrypted snapshot cannot be public, and sharing an image does not share its snapshots",
    source:
      "EC2 user guide, Share an AMI with specific AWS accounts; Service authorization reference, Amazon EC2",
    grant: (access) =>
      inRegions(access, [...access.sharesIn, ...access.letsLaunchIn], ["image"], ownButFinal(access)),
  },
];

/** Permissions to read with which accounts images and their snapshots are shared. */
export const READ_SHARE_ROWS: readonly PermissionRow<RunnerAccess>[] = [
  {
    id: "ReadShares",
    actions: ["ec2:DescribeImageAttribute", "ec2:DescribeSnapshotAttribute"],
    basis: "enforced",
    why: "only accounts that do not have access yet are added, so that shares of others are never withdrawn",
    source: "Service authorization reference, Amazon EC2",
    grant: (access) => inRegions(access, access.sharesIn, ["image", "snapshot"]),
  },
  {
    id: "ReadImageShares",
    actions: ["ec2:DescribeImageAttribute"],
    basis: "enforced",
    why: "for images that are shared for launches, only accounts that do not have access yet are added; no snapshot is shared",
    source: "Service authorization reference, Amazon EC2",
    grant: (access) =>
      inRegions(
        access,
        access.letsLaunchIn.filter((region) => !access.sharesIn.includes(region)),
        ["image"],
      ),
  },
];
