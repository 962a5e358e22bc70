import type { PermissionRow } from "../row";
import type { RunnerAccess } from "../runner";
import { shareRecords, inRegions } from "./row-grants";

/** How the runner role shares, and what it records of it. */
export const SHARE_ROWS: readonly PermissionRow<RunnerAccess>[] = [
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
];
