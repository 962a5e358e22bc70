import type { PermissionRow } from "../../../policy/row";
import { anywhere, inRegions, ownButFinal } from "../../../policy/runner-policy/row-grants";
import type { RunnerAccess } from "../../../policy/runner";

/** Permission rows that are common to the kinds that consist of EBS snapshots. */

/** Statements that only rules of kinds that EC2 copies need. */
function ofEc2(grant: PermissionRow<RunnerAccess>["grant"]): PermissionRow<RunnerAccess>["grant"] {
  return (access) => {
    const own = access.ofService === undefined ? access : access.ofService.ec2;
    return own === undefined ? undefined : grant(own);
  };
}

/** The account settings that `keyferry doctor` reads. */
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
  why: "keyferry doctor reads the settings of an account that affect how its images and volumes are created and shared; these actions have no resource-level permissions",
  source: "Service authorization reference, Amazon EC2",
  grant: ({ copiesInto, bookkeepsIn, launchesSharedIn }) =>
    anywhere([...copiesInto, ...bookkeepsIn, ...launchesSharedIn]),
};

/** The quotas of copies in progress and of resources in total. */
export const READ_QUOTAS: PermissionRow<RunnerAccess> = {
  id: "ReadQuotas",
  actions: ["servicequotas:ListAWSDefaultServiceQuotas", "servicequotas:ListServiceQuotas"],
  basis: "enforced",
  why: "Service Quotas shows how many copies an account may have in progress in a Region, and how many images and snapshots in total; without it, a run assumes AWS's documented default for copies; these actions have no resource-level permissions",
  source: "Service authorization reference, Service Quotas",
  grant: ({ copiesInto }) => anywhere(copiesInto),
};

/** Permissions to share snapshots. */
export const SHARE_SNAPSHOTS: PermissionRow<RunnerAccess> = {
  id: "ShareSnapshots",
  actions: ["ec2:ModifySnapshotAttribute"],
  basis: "enforced",
  why: "snapshots, also those of images, are shared while destinations copy from them: only with the accounts that receive the copies, and with no group (a group would make them public)",
  source: "Service authorization reference, Amazon EC2, ec2:Add/userId and ec2:Add/group",
  grant: ofEc2((access) =>
    inRegions(access, access.sharesIn, ["snapshot"], {
      ...ownButFinal(access),
      "ForAllValues:StringEquals": { "ec2:Add/userId": access.sharesWith },
      Null: { "ec2:Add/group": ["true"], "ec2:Add/userId": ["false"] },
    }),
  ),
};

/** Permissions to withdraw shares of snapshots. */
export const WITHDRAW_SNAPSHOTS: PermissionRow<RunnerAccess> = {
  id: "WithdrawSnapshots",
  actions: ["ec2:ModifySnapshotAttribute"],
  basis: "enforced",
  why: "a share of a snapshot is withdrawn when the copy has ended, also for an account that has left the topology: with a call that adds no account",
  source: "Service authorization reference, Amazon EC2, ec2:Add/userId and ec2:Add/group",
  grant: ofEc2((access) =>
    inRegions(access, access.sharesIn, ["snapshot"], {
      ...ownButFinal(access),
      Null: { "ec2:Add/group": ["true"], "ec2:Add/userId": ["true"] },
    }),
  ),
};
