import type { SnapshotView } from "../../../scripts/aws";
import { originalDescription } from "../../shared/snapshot-description";
import type { CopyFate, CopyView } from "../../../scripts/engine/copy";

/** A snapshot as the engine sees it. */
export interface SnapshotCopy extends CopyView {
  readonly snapshot: SnapshotView;
}

export function toCopy(snapshot: SnapshotView): SnapshotCopy {
  const { snapshotId, description, state, stateMessage, startTime, tags } = snapshot;
  return {
    id: snapshotId,
    name: tags["Name"] ?? (description === undefined ? "unnamed" : originalDescription(description)),
    state,
    ...(stateMessage === undefined ? {} : { stateReason: stateMessage }),
    creationDate: startTime,
    tags,
    snapshot,
  };
}

/** How a snapshot has ended. Source: EC2 API reference, Snapshot.State. */
export function fateOf({ state }: { readonly state: string }): CopyFate | undefined {
  if (state === "completed") return "available";
  return state === "error" ? "dead" : undefined;
}
