import type { Conditions } from "../document";
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
    id: "ShareImages",
    actions: ["ec2:ModifyImageAttribute"],
    basis: "enforced",
    why: "an image is shared while destinations copy from it, and withdrawn afterwards; a final copy is under its home key and never shared. With whom is no condition: AWS has ec2:Add/userId and ec2:Add/group for snapshots alone. An image with an encrypted snapshot cannot be public, and sharing an image shares none of its snapshots",
    source:
      "EC2 user guide, Share an AMI with specific AWS accounts; Service authorization reference, Amazon EC2",
    grant: (access) => inRegions(access, access.sharesIn, ["image"], ownButFinal(access)),
  },
  {
    id: "ShareSnapshots",
    actions: ["ec2:ModifySnapshotAttribute"],
    basis: "enforced",
    why: "the snapshots of an image are shared with it: with the accounts into which its images go, and with no group, which is everybody",
    source: "Service authorization reference, Amazon EC2, ec2:Add/userId and ec2:Add/group",
    grant: (access) =>
      inRegions(access, access.sharesIn, ["snapshot"], {
        ...ownButFinal(access),
        "ForAllValues:StringEquals": { "ec2:Add/userId": access.sharesWith },
        Null: { "ec2:Add/group": ["true"], "ec2:Add/userId": ["false"] },
      }),
  },
  {
    id: "WithdrawSnapshots",
    actions: ["ec2:ModifySnapshotAttribute"],
    basis: "enforced",
    why: "a share of a snapshot ends with the journey, also where its account has left the topology: a call that adds nobody",
    source: "Service authorization reference, Amazon EC2, ec2:Add/userId and ec2:Add/group",
    grant: (access) =>
      inRegions(access, access.sharesIn, ["snapshot"], {
        ...ownButFinal(access),
        Null: { "ec2:Add/group": ["true"], "ec2:Add/userId": ["true"] },
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

/** Of the account itself, and no copy that has reached its home. */
function ownButFinal({ account }: RunnerAccess): Conditions {
  return {
    StringEquals: { "ec2:Owner": [account] },
    StringNotEquals: { "aws:ResourceTag/keyferry:role": ["final"] },
  };
}
