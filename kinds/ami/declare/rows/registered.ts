import type { PermissionRow } from "../../../../policy/row";
import type { RunnerAccess } from "../../../../policy/runner";
import { anywhere, inRegions, ofTopology } from "../../../../policy/runner-policy/row-grants";

/** What the runner role may do with images that are registered of copies of their snapshots (route `register-image`). */
export const REGISTERED_ROWS: readonly PermissionRow<RunnerAccess>[] = [
  {
    id: "ReadRegisteredSources",
    actions: ["ec2:DescribeImageAttribute"],
    basis: "enforced",
    why: "the UEFI variable store of an image is told by this action alone, and to its owner alone",
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
    why: "whether a snapshot is shared is seen before it is copied, as AWS accepts one that is not; the action has no resource-level permission",
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
    why: "an image is registered of the copied snapshots: checked on the new image",
    source: "Service authorization reference, Amazon EC2, RegisterImage",
    grant: (access) => inRegions(access, access.registered?.registersIn ?? [], ["image"]),
  },
  {
    id: "RegisterOwnSnapshots",
    actions: ["ec2:RegisterImage"],
    basis: "enforced",
    why: "RegisterImage is checked on every snapshot of the image as well: only what carries the topology's own tag becomes one",
    source: "Service authorization reference, Amazon EC2, RegisterImage",
    grant: (access) =>
      inRegions(access, access.registered?.registersIn ?? [], ["snapshot"], ofTopology(access)),
  },
];
