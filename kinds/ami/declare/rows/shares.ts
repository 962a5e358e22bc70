import type { PermissionRow } from "../../../../policy/row";
import type { RunnerAccess } from "../../../../policy/runner";
import { inRegions, ownButFinal, shareRecords } from "../../../../policy/runner-policy/row-grants";

/** How the runner role shares images, and what it records of it. */
export const SHARE_ROWS: readonly PermissionRow<RunnerAccess>[] = [
  {
    id: "RecordShares",
    actions: ["ec2:CreateTags", "ec2:DeleteTags"],
    basis: "enforced",
    why: "what the script shares it records before, so that it withdraws its own shares and no other; another topology's records are not its to change, those that name none were written by earlier versions",
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
    why: "an image is shared while destinations copy from it, or as long as they launch from it, and withdrawn afterwards; a final copy is under its home key and never shared. With whom is no condition: AWS has ec2:Add/userId and ec2:Add/group for snapshots alone. An image with an encrypted snapshot cannot be public, and sharing an image shares none of its snapshots",
    source:
      "EC2 user guide, Share an AMI with specific AWS accounts; Service authorization reference, Amazon EC2",
    grant: (access) =>
      inRegions(access, [...access.sharesIn, ...access.letsLaunchIn], ["image"], ownButFinal(access)),
  },
];

/** With whom images and their snapshots are shared. */
export const READ_SHARE_ROWS: readonly PermissionRow<RunnerAccess>[] = [
  {
    id: "ReadShares",
    actions: ["ec2:DescribeImageAttribute", "ec2:DescribeSnapshotAttribute"],
    basis: "enforced",
    why: "only accounts that are not there yet are added, so that nobody else's share is ever withdrawn",
    source: "Service authorization reference, Amazon EC2",
    grant: (access) => inRegions(access, access.sharesIn, ["image", "snapshot"]),
  },
  {
    id: "ReadImageShares",
    actions: ["ec2:DescribeImageAttribute"],
    basis: "enforced",
    why: "where images are shared to be launched from, only accounts that are not there yet are added; no snapshot is shared",
    source: "Service authorization reference, Amazon EC2",
    grant: (access) =>
      inRegions(
        access,
        access.letsLaunchIn.filter((region) => !access.sharesIn.includes(region)),
        ["image"],
      ),
  },
];
