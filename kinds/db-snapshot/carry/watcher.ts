import type { AwsAccess, DbSnapshotView } from "../../../scripts/aws";
import type { CopyWatcher, SeenCopy } from "../../../scripts/engine/copy";
import type { Place } from "../../../topology";
import { asSnapshot, fateOf, toCopy, type DatabaseCopy } from "./database-copy";
import { snapshotsByArns } from "./look";

/** Reads snapshots; each response includes their progress. */
export function databaseWatcher(aws: AwsAccess, place: Place): CopyWatcher<DatabaseCopy> {
  return {
    async look(ids) {
      const found = await snapshotsByArns(aws, place, ids);
      return new Map(found.map((snapshot) => [snapshot.arn, seen(snapshot)]));
    },
  };
}

function seen(snapshot: DbSnapshotView): SeenCopy<DatabaseCopy> {
  const shown = { copy: toCopy(snapshot), snapshots: [asSnapshot(snapshot)] };
  const fate = fateOf(snapshot);
  if (fate !== undefined) return { ...shown, fate };
  return { ...shown, progress: { state: snapshot.state, percent: snapshot.progressPercent } };
}
