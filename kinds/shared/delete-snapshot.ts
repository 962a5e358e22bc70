import { isAccessDenied, isAlreadyDone, isAwsError, type ImagesPort } from "../../scripts/aws";
import type { StepContext } from "../../scripts/engine/context";

/** How often a snapshot is tried that EC2 still believes to be in use by the image that has just gone. */
const DELETE_TRIES = 10;

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

/**
 * Whether a removal is denied because what it asks for has gone: what was deleted has no tags any more, and only what has
 * ours may be deleted. So it is when the answer to a removal was lost, and while what has gone is still described.
 */
export async function isGoneAfter(
  context: StepContext,
  error: unknown,
  look: () => Promise<readonly { readonly state: string }[]>,
): Promise<boolean> {
  if (!isAccessDenied(error)) return false;
  await context.clock.sleep(context.settings.settleSeconds, context.signal);
  return (await look()).every(({ state }) => state === "deregistered");
}
