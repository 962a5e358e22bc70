import type { Place } from "../../topology";
import type { ImagesPort, ImageView } from "../aws";
import type { RunContext } from "../engine/context";
import { sharedWith, sharedWithTags } from "../engine/lineage";

/**
 * Lets accounts copy an image: launch permission on it, create-volume permission on each of its snapshots. Only
 * accounts that are not there yet are added, and each is written into the resource's tag before it is added, so that
 * whoever withdraws later, from any machine, withdraws our shares and nobody else's.
 */
export async function shareCopy(
  context: RunContext,
  place: Place,
  image: ImageView,
  accounts: readonly string[],
): Promise<void> {
  const images = context.aws.images(place);
  const snapshotIds = image.volumes.map((volume) => volume.snapshotId);
  for (const snapshot of await images.describeSnapshots({ "snapshot-id": snapshotIds })) {
    const { snapshotId, tags } = snapshot;
    const present = await images.createVolumePermissions(snapshotId);
    const added = await record(context, images, snapshotId, tags, present, accounts);
    if (added.length > 0) await images.changeCreateVolumePermissions(snapshotId, "add", added);
  }
  const present = await images.launchPermissions(image.imageId);
  const added = await record(context, images, image.imageId, image.tags, present, accounts);
  if (added.length > 0) await images.changeLaunchPermissions(image.imageId, "add", added);
  context.emit({ code: "Shared", imageId: image.imageId, accounts });
}

/** Writes down what is about to be added; returns it. */
async function record(
  context: RunContext,
  images: ImagesPort,
  resourceId: string,
  tags: Readonly<Record<string, string>>,
  present: readonly string[],
  wanted: readonly string[],
): Promise<readonly string[]> {
  const added = wanted.filter((account) => !present.includes(account));
  const recorded = sharedWith(tags);
  const all = [...new Set([...recorded, ...added])].sort();
  if (all.length > recorded.length) {
    await images.createTags(resourceId, sharedWithTags(all));
    context.emit({ code: "ShareRecorded", resourceId, accounts: all });
  }
  return added;
}
