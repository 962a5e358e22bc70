import type { AwsAccess, SnapshotView } from "../../../scripts/aws";
import type { CopyWatcher, SeenCopy } from "../../../scripts/engine/copy";
import type { Place } from "../../../topology";
import { fateOf, toCopy, type SnapshotCopy } from "./snapshot-copy";

/** Reads snapshots; each response includes their progress. */
export function snapshotWatcher(aws: AwsAccess, place: Place): CopyWatcher<SnapshotCopy> {
  const port = aws.images(place);
  return {
    async look(ids) {
      const found = await port.describeSnapshots({ "snapshot-id": ids });
      return new Map(found.map((snapshot) => [snapshot.snapshotId, seen(snapshot)]));
    },
  };
}

function seen(snapshot: SnapshotView): SeenCopy<SnapshotCopy> {
  const copy = toCopy(snapshot);
  const shown = { copy, snapshots: [snapshot] };
  const fate = fateOf(copy);
  if (fate !== undefined) return { ...shown, fate };
  const { state, progressPercent: percent, stateMessage: reason } = snapshot;
  return { ...shown, progress: { state, percent, ...(reason === undefined ? {} : { reason }) } };
}
