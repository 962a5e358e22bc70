import type { PermissionRow } from "../../../policy/row";
import { anywhere, inRegions, ownButFinal } from "../../../policy/runner-policy/row-grants";
import type { RunnerAccess } from "../../../policy/runner";

/** Permission rows that the kinds made of EBS snapshots have in common. */

/** What the rules need whose kinds EC2 copies, and nothing that only others do. */
function ofEc2(grant: PermissionRow<RunnerAccess>["grant"]): PermissionRow<RunnerAccess>["grant"] {
  return (access) => {
    const own = access.ofService === undefined ? access : access.ofService.ec2;
    return own === undefined ? undefined : grant(own);
  };
}

/** What the doctor reads of an account's settings. */
export const INSPECT_SETTINGS: PermissionRow<RunnerAccess> = {
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
  grant: ({ copiesInto, bookkeepsIn, launchesSharedIn }) =>
    anywhere([...copiesInto, ...bookkeepsIn, ...launchesSharedIn]),
};

/** How many copies may be in progress, and how many there may be in all. */
export const READ_QUOTAS: PermissionRow<RunnerAccess> = {
  id: "ReadQuotas",
  actions: ["servicequotas:ListAWSDefaultServiceQuotas", "servicequotas:ListServiceQuotas"],
  basis: "enforced",
  why: "how many copies an account may have in progress in a Region, and how many images and snapshots in all, is told by Service Quotas; without it a run reckons with AWS's documented number of copies; these actions have no resource-level permission",
  source: "Service authorization reference, Service Quotas",
  grant: ({ copiesInto }) => anywhere(copiesInto),
};

/** With whom snapshots are shared. */
export const SHARE_SNAPSHOTS: PermissionRow<RunnerAccess> = {
  id: "ShareSnapshots",
  actions: ["ec2:ModifySnapshotAttribute"],
  basis: "enforced",
  why: "snapshots, and those of images, are shared while destinations copy from them: with the accounts into which the copies go, and with no group, which is everybody",
  source: "Service authorization reference, Amazon EC2, ec2:Add/userId and ec2:Add/group",
  grant: ofEc2((access) =>
    inRegions(access, access.sharesIn, ["snapshot"], {
      ...ownButFinal(access),
      "ForAllValues:StringEquals": { "ec2:Add/userId": access.sharesWith },
      Null: { "ec2:Add/group": ["true"], "ec2:Add/userId": ["false"] },
    }),
  ),
};

/** How shares of snapshots end. */
export const WITHDRAW_SNAPSHOTS: PermissionRow<RunnerAccess> = {
  id: "WithdrawSnapshots",
  actions: ["ec2:ModifySnapshotAttribute"],
  basis: "enforced",
  why: "a share of a snapshot ends with the journey, also where its account has left the topology: a call that adds nobody",
  source: "Service authorization reference, Amazon EC2, ec2:Add/userId and ec2:Add/group",
  grant: ofEc2((access) =>
    inRegions(access, access.sharesIn, ["snapshot"], {
      ...ownButFinal(access),
      Null: { "ec2:Add/group": ["true"], "ec2:Add/userId": ["true"] },
    }),
  ),
};
