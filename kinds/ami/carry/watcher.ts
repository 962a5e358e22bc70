import type { AwsAccess, ImageView, SnapshotView } from "../../../scripts/aws";
import type { CopyWatcher, SeenCopy } from "../../../scripts/engine/copy";
import type { CopyProgress } from "../../../scripts/engine/events";
import type { Place } from "../../../topology";
import { reasonOf } from "./death-reason";
import { fateOf } from "./fate";

/**
 * Reads images, and their snapshots if a caller needs them: only snapshots show the progress of a copy, why it failed, and its
 * key. If one copy needs them, one call reads the snapshots of all.
 */
export function imageWatcher(aws: AwsAccess, place: Place): CopyWatcher<ImageView> {
  const port = aws.images(place);
  return {
    async look(ids, wantsProgress) {
      const images = await port.describeImages({ "image-id": ids });
      const needsSnapshots = (image: ImageView) => fateOf(image) !== undefined || wantsProgress(image.id);
      const snapshotIds = images.flatMap(({ volumes }) => volumes.map(({ snapshotId }) => snapshotId));
      const isNeeded = snapshotIds.length > 0 && images.some(needsSnapshots);
      const found = isNeeded ? await port.describeSnapshots({ "snapshot-id": snapshotIds }) : [];
      const byId = new Map(found.map((snapshot) => [snapshot.snapshotId, snapshot]));
      return new Map(
        images.map((image) => {
          const snapshots = image.volumes.flatMap(({ snapshotId }) => byId.get(snapshotId) ?? []);
          return [image.id, seen(image, snapshots, isNeeded)];
        }),
      );
    },
  };
}

function seen(
  copy: ImageView,
  snapshots: readonly SnapshotView[],
  knowsProgress: boolean,
): SeenCopy<ImageView> {
  const fate = fateOf(copy);
  if (fate !== undefined) return { copy, snapshots, fate };
  return { copy, snapshots, ...(knowsProgress ? { progress: progressOf(copy, snapshots) } : {}) };
}

function progressOf(image: ImageView, snapshots: readonly SnapshotView[]): CopyProgress {
  const totalGiB = snapshots.reduce((sum, { sizeGiB }) => sum + sizeGiB, 0);
  const doneGiB = snapshots.reduce(
    (sum, { sizeGiB, progressPercent }) => sum + (sizeGiB * progressPercent) / 100,
    0,
  );
  const reason = reasonOf(image, snapshots);
  return {
    state: image.state,
    percent: totalGiB === 0 ? 0 : Math.floor((doneGiB / totalGiB) * 100),
    ...(reason === undefined ? {} : { reason }),
  };
}
