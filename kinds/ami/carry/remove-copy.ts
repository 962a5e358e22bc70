import { LINEAGE_TAGS, type CopyNode } from "../../../topology";
import { isAlreadyDone, isAwsError, type ImagesPort, type ImageView } from "../../../scripts/aws";
import type { StepContext } from "../../../scripts/engine/context";
import type { NodePlace } from "../../../scripts/engine/copy";
import { copyFilters } from "../../../scripts/engine/lineage";
import { deleteSnapshot, isGoneAfter } from "../../shared/delete-snapshot";
import { isOurSnapshot } from "./lineage-proof";

/** Deregisters one of our copies and deletes its snapshots. Succeeds if they no longer exist. */
export async function removeCopy(
  context: StepContext,
  { place }: NodePlace,
  image: ImageView,
): Promise<void> {
  const images = context.aws.images(place);
  const deleted = await removeImage(context, images, image.id, true);
  for (const { snapshotId } of image.volumes) {
    if (!deleted.includes(snapshotId)) await deleteSnapshot(context, images, snapshotId);
  }
}

/**
 * Deregisters an image; succeeds if it no longer exists.
 * @param withSnapshots whether the same call deletes its snapshots, except those that another image uses. @default false
 * @returns ids of the snapshots that were deleted with it
 */
async function removeImage(
  context: StepContext,
  images: ImagesPort,
  imageId: string,
  withSnapshots = false,
): Promise<readonly string[]> {
  try {
    return await images.deregisterImage(imageId, withSnapshots);
  } catch (error) {
    const look = () => images.describeImages({ "image-id": [imageId] });
    if (isAlreadyDone(error) || (await isGoneAfter(context, error, look))) return [];
    throw error;
  }
}

/**
 * Deletes snapshots of ours that a crash left without their image. They are found by their tags and proved by AWS's record of them.
 */
export async function removeRemains(
  context: StepContext,
  node: CopyNode,
  gone: readonly ImageView[],
): Promise<void> {
  const images = context.aws.images(node.place);
  // A snapshot that was just deleted may still be described; deleting it again is denied, because it no longer has tags.
  const deleted = gone.flatMap(({ volumes }) => volumes.map(({ snapshotId }) => snapshotId));
  for (const snapshot of await images.describeSnapshots(copyFilters(context.topology, node))) {
    const { snapshotId } = snapshot;
    if (deleted.includes(snapshotId) || !isOurSnapshot(snapshot, node.place.region)) continue;
    await deleteSnapshot(context, images, snapshotId);
  }
}

/**
 * Deregisters an image and deletes those of its snapshots that have our lineage tags.
 * @returns snapshots that are not deleted because they are in use or locked, each with AWS's reason
 */
export async function retireCopy(
  context: StepContext,
  node: CopyNode,
  image: ImageView,
): Promise<readonly { readonly id: string; readonly because: string }[]> {
  const images = context.aws.images(node.place);
  const ids = image.volumes.map(({ snapshotId }) => snapshotId);
  const snapshots = ids.length === 0 ? [] : await images.describeSnapshots({ "snapshot-id": ids });
  await removeImage(context, images, image.id);
  const kept: { readonly id: string; readonly because: string }[] = [];
  for (const { snapshotId, tags } of snapshots) {
    const isOurs =
      tags[LINEAGE_TAGS.topology] === context.topology.name && tags[LINEAGE_TAGS.node] === node.id;
    if (!isOurs) continue;
    try {
      await deleteSnapshot(context, images, snapshotId);
    } catch (error) {
      if (!isAwsError(error, "InvalidSnapshot.InUse", "SnapshotLocked")) throw error;
      kept.push({ id: snapshotId, because: error.answer.message });
    }
  }
  return kept;
}
