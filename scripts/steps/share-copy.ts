import type { Place } from "../../topology";
import type { ImagesPort, ImageView } from "../aws";
import { concurrently } from "../engine/concurrently";
import type { RunContext } from "../engine/context";
import { sharedWith, sharedWithTags } from "../engine/lineage";

/** An image or a snapshot that is about to be shared. */
interface Shareable {
  readonly id: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Accounts that do not have it yet. */
  readonly missing: readonly string[];
  add(accounts: readonly string[]): Promise<void>;
}

/**
 * Lets accounts copy an image: launch permission on it, create-volume permission on each of its snapshots. Only
 * accounts that are not there yet are added, and all of them are written into the resources' tags before the first is
 * added, so that whoever withdraws later, from any machine, withdraws our shares and nobody else's.
 */
export async function shareCopy(
  context: RunContext,
  place: Place,
  image: ImageView,
  accounts: readonly string[],
): Promise<void> {
  const images = context.aws.images(place);
  const isMissing = (present: readonly string[]) => accounts.filter((account) => !present.includes(account));
  const snapshotIds = image.volumes.map((volume) => volume.snapshotId);
  const snapshots =
    snapshotIds.length === 0 ? [] : await images.describeSnapshots({ "snapshot-id": snapshotIds });
  const shareables: Shareable[] = await concurrently(snapshots, async ({ snapshotId, tags }) => ({
    id: snapshotId,
    tags,
    missing: isMissing(await images.createVolumePermissions(snapshotId)),
    add: (added) => images.changeCreateVolumePermissions(snapshotId, "add", added),
  }));
  shareables.push({
    id: image.imageId,
    tags: image.tags,
    missing: isMissing(await images.launchPermissions(image.imageId)),
    add: (added) => images.changeLaunchPermissions(image.imageId, "add", added),
  });
  await record(context, images, shareables);
  for (const { missing, add } of shareables) if (missing.length > 0) await add(missing);
  context.emit({ code: "Shared", imageId: image.imageId, accounts });
}

/**
 * The same for a transit copy, which nobody but us shares: all of its dependants stand in its tags since the call that
 * made it, so that nothing has to be read or written down.
 */
export async function shareTransit(
  context: RunContext,
  place: Place,
  image: ImageView,
  accounts: readonly string[],
): Promise<void> {
  const images = context.aws.images(place);
  for (const { snapshotId } of image.volumes) {
    await images.changeCreateVolumePermissions(snapshotId, "add", accounts);
  }
  await images.changeLaunchPermissions(image.imageId, "add", accounts);
  context.emit({ code: "Shared", imageId: image.imageId, accounts });
}

/** Writes down what is about to be added; one call for all resources with the same record. */
async function record(
  context: RunContext,
  images: ImagesPort,
  shareables: readonly Shareable[],
): Promise<void> {
  const records = new Map<string, string[]>();
  for (const { id, tags, missing } of shareables) {
    const recorded = sharedWith(tags);
    const all = [...new Set([...recorded, ...missing])].sort();
    if (all.length > recorded.length) records.set(all.join(" "), [...(records.get(all.join(" ")) ?? []), id]);
  }
  for (const [text, ids] of records) {
    const accounts = text.split(" ");
    await images.createTags(ids, sharedWithTags(accounts));
    for (const resourceId of ids) context.emit({ code: "ShareRecorded", resourceId, accounts });
  }
}
