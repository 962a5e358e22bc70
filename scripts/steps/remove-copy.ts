import type { CopyNode } from "../../topology";
import {
  isAccessDenied,
  isAlreadyDone,
  isAwsError,
  type Filters,
  type ImagesPort,
  type ImageView,
} from "../aws";
import type { StepContext } from "../engine/context";
import { isOurSnapshot } from "../engine/lineage-proof";

/** How often a snapshot is tried that EC2 still believes to be in use by the image that has just gone. */
const DELETE_TRIES = 10;

/** Deregisters one of our copies together with its snapshots. What is already gone is fine. */
export async function removeCopy(
  context: StepContext,
  node: Pick<CopyNode, "id" | "place">,
  image: ImageView,
  because: "failed" | "transit",
): Promise<void> {
  const images = context.aws.images(node.place);
  const deleted = await removeImage(context, images, image.id, true);
  for (const { snapshotId } of image.volumes) {
    if (!deleted.includes(snapshotId)) await deleteSnapshot(context, images, snapshotId);
  }
  context.emit({ code: "CopyRemoved", node: node.id, imageId: image.id, because });
}

/**
 * Deregisters an image; one that is gone is fine.
 * @param withSnapshots its snapshots go in the same call where nothing else stands on them. @default false
 * @returns ids of the snapshots that went with it
 */
export async function removeImage(
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
 * Whether a removal is denied because what it asks for has gone: what was deleted has no tags any more, and only what has
 * ours may be deleted. So it is when the answer to a removal was lost, and while what has gone is still described.
 */
async function isGoneAfter(
  context: StepContext,
  error: unknown,
  look: () => Promise<readonly { readonly state: string }[]>,
): Promise<boolean> {
  if (!isAccessDenied(error)) return false;
  await context.clock.sleep(context.settings.settleSeconds, context.signal);
  return (await look()).every(({ state }) => state === "deregistered");
}

/**
 * Deletes snapshots of ours that no image holds any more, found by their tags and proved by AWS's record of them.
 * @param gone ids of those that have just been deleted
 */
export async function removeSnapshots(
  context: StepContext,
  node: CopyNode,
  filters: Filters,
  gone: readonly string[] = [],
): Promise<void> {
  const images = context.aws.images(node.place);
  for (const snapshot of await images.describeSnapshots(filters)) {
    const { snapshotId } = snapshot;
    if (gone.includes(snapshotId) || !isOurSnapshot(snapshot, node.place.region)) continue;
    await deleteSnapshot(context, images, snapshotId);
  }
}

/**
 * Deletes a snapshot; one that is gone is fine, and EC2 is given time to see that its image is.
 * @throws AwsCallError `InvalidSnapshot.InUse` when another image stands on it
 */
export async function deleteSnapshot(
  context: StepContext,
  images: ImagesPort,
  snapshotId: string,
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await images.deleteSnapshot(snapshotId);
    } catch (error) {
      const look = () => images.describeSnapshots({ "snapshot-id": [snapshotId] });
      if (isAlreadyDone(error) || (await isGoneAfter(context, error, look))) return;
      if (!isAwsError(error, "InvalidSnapshot.InUse") || tries === DELETE_TRIES) throw error;
      await context.clock.sleep(context.settings.pollMinSeconds, context.signal);
    }
  }
}
