import { AMI_LINEAGE } from "../declare/lineage";
import type { ImageView, Looks } from "../../../scripts/aws";
import { LINEAGE_TAGS, type Place } from "../../../topology";
import type { HeldCopies, SharedResource } from "../../kind";
import { isOurSnapshot, proofOf } from "./lineage-proof";
import { deleteSnapshot } from "../../shared/delete-snapshot";
import { sharedSnapshot } from "../../shared/shared-snapshot";
import { sharedImage } from "./shared-resources";

/** Images and snapshots with a topology's tags. */
export async function heldIn(aws: Looks, place: Place, topology: string): Promise<HeldCopies<ImageView>> {
  const port = aws.images(place);
  const ours = { [`tag:${LINEAGE_TAGS.topology}`]: [topology] };
  const [images, snapshots] = await Promise.all([port.describeImages(ours), port.describeSnapshots(ours)]);
  const held = new Set(images.flatMap(({ volumes }) => volumes.map(({ snapshotId }) => snapshotId)));
  return {
    copies: images.map((copy) => ({ copy, proof: proofOf(copy) })),
    parts: snapshots
      .filter(({ tags }) => AMI_LINEAGE.source in tags)
      .map((snapshot) => ({
        id: snapshot.snapshotId,
        tags: snapshot.tags,
        isOurs: isOurSnapshot(snapshot, place.region),
        isHeld: held.has(snapshot.snapshotId),
        remove: (step) => deleteSnapshot(step, step.aws.images(place), snapshot.snapshotId),
      })),
  };
}

/** Images and snapshots with a record of shares. */
export async function recordedShares(
  aws: Looks,
  place: Place,
  sharers: string,
): Promise<readonly SharedResource[]> {
  const port = aws.images(place);
  const recorded = { "tag-key": [`${LINEAGE_TAGS.sharedWith}${sharers}`] };
  const [images, snapshots] = await Promise.all([
    port.describeImages(recorded),
    port.describeSnapshots(recorded),
  ]);
  return [
    ...images.map(({ id, tags }) => sharedImage(port, id, tags)),
    ...snapshots.map(({ snapshotId, tags }) => sharedSnapshot(port, snapshotId, tags)),
  ];
}
