import type { SnapshotView } from "../../scripts/aws";

/** Why a snapshot cannot be shared or copied. */
export interface SnapshotProblem {
  readonly what: string;
  readonly fix: string;
}

/** Undefined if there is no problem. Source: EBS user guide, "Archive snapshots". */
export function snapshotProblem(snapshot: SnapshotView | undefined): SnapshotProblem | undefined {
  if (snapshot === undefined) {
    return {
      what: "no longer exists, or belongs to another account",
      fix: "restore it from the Recycle Bin, or build the image again",
    };
  }
  if (snapshot.archived === true) {
    return {
      what: "is archived; archived snapshots can be neither shared nor copied",
      fix: "restore it to the standard tier (RestoreSnapshotTier, up to 72 hours)",
    };
  }
  if (snapshot.state === "completed") return undefined;
  return {
    what: `is ${snapshot.state}${snapshot.stateMessage === undefined ? "" : `: ${snapshot.stateMessage}`}`,
    fix: "wait until it is completed, or build the image again",
  };
}
