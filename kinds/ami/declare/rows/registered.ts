import type { PermissionRow } from "../../../../policy/row";
import type { RunnerAccess } from "../../../../policy/runner";
import { anywhere, inRegions, ofTopology } from "../../../../policy/runner-policy/row-grants";

/** Permissions of the runner role for images that are registered from copies of snapshots (route `register-image`). */
export const REGISTERED_ROWS: readonly PermissionRow<RunnerAccess>[] = [
  {
    id: "ReadRegisteredSources",
    actions: ["ec2:DescribeImageAttribute"],
    basis: "enforced",
    why: "only this action shows the UEFI variable store of an image, and only to the image's owner",
    source: "EC2 API reference, DescribeImageAttribute (uefiData)",
    grant: (access) => {
      const { readsIn = [] } = access.registered ?? {};
      const read = [...access.sharesIn, ...access.letsLaunchIn];
      return inRegions(
        access,
        readsIn.filter((region) => !read.includes(region)),
        ["image"],
      );
    },
  },
  {
    id: "SeeSharedSnapshots",
    actions: ["ec2:DescribeSnapshots"],
    basis: "enforced",
    why: "the role checks that a snapshot is shared before it copies it, because AWS also accepts the call for a snapshot that is not shared; the action has no resource-level permissions",
    source: "Service authorization reference, Amazon EC2",
    grant: ({ registered, copiesInto, bookkeepsIn, launchesSharedIn }) => {
      const seen = [...copiesInto, ...bookkeepsIn, ...launchesSharedIn];
      return anywhere((registered?.copiesFrom ?? []).filter((region) => !seen.includes(region)));
    },
  },
  {
    id: "CopyImageSnapshots",
    actions: ["ec2:CopySnapshot"],
    basis: "enforced",
    why: "the snapshots of the image are copied one by one: checked on each source snapshot and on the new one",
    source: "Service authorization reference, Amazon EC2; EC2 user guide, Example policies (copy snapshots)",
    grant: (access) => {
      const { registersIn = [], copiesFrom = [] } = access.registered ?? {};
      return inRegions(access, [...new Set([...registersIn, ...copiesFrom])], ["snapshot"]);
    },
  },
  {
    id: "RegisterImages",
    actions: ["ec2:RegisterImage"],
    basis: "enforced",
    why: "an image is registered from the copied snapshots: checked on the new image",
    source: "Service authorization reference, Amazon EC2, RegisterImage",
    grant: (access) => inRegions(access, access.registered?.registersIn ?? [], ["image"]),
  },
  {
    id: "RegisterOwnSnapshots",
    actions: ["ec2:RegisterImage"],
    basis: "enforced",
    why: "RegisterImage is also checked on every snapshot of the image: only snapshots with the topology's own tag can be used",
    source: "Service authorization reference, Amazon EC2, RegisterImage",
    grant: (access) =>
      inRegions(access, access.registered?.registersIn ?? [], ["snapshot"], ofTopology(access)),
  },
];
