import { isAccessDenied, isAlreadyDone, isAwsError, type ImagesPort } from "../../scripts/aws";
import type { StepContext } from "../../scripts/engine/context";

/** How often the deletion of a snapshot is tried while EC2 still considers it in use by the image that was just deregistered. */
const DELETE_TRIES = 10;

/**
 * Deletes a snapshot; succeeds if it no longer exists. It is repeated until EC2 has noticed that its image was deregistered.
 * @throws AwsCallError `InvalidSnapshot.InUse` if another image uses it
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
 * Whether a removal is denied because the resource no longer exists: a deleted resource has no tags, and only resources with
 * our tags may be deleted. This happens if the response to a removal was lost, and while a deleted resource is still described.
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
