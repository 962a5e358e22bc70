import type { Place } from "../../topology";
import type { ImageView } from "../aws";
import type { RunContext } from "../engine/context";
import { sharedWith, sharedWithKeys } from "../engine/lineage";

type Tags = Readonly<Record<string, string>>;

/** Takes back what the tags say that we have shared, then removes the tags. A share that somebody else made stays. */
export async function withdrawShare(context: RunContext, place: Place, image: ImageView): Promise<void> {
  const images = context.aws.images(place);
  await withdraw(image.imageId, image.tags, (accounts) =>
    images.changeLaunchPermissions(image.imageId, "remove", accounts),
  );
  if (image.volumes.length === 0) return;
  const snapshotIds = image.volumes.map((volume) => volume.snapshotId);
  for (const { snapshotId, tags } of await images.describeSnapshots({ "snapshot-id": snapshotIds })) {
    await withdraw(snapshotId, tags, (accounts) =>
      images.changeCreateVolumePermissions(snapshotId, "remove", accounts),
    );
  }

  async function withdraw(
    resourceId: string,
    tags: Tags,
    remove: (accounts: readonly string[]) => Promise<void>,
  ): Promise<void> {
    const accounts = sharedWith(tags);
    if (accounts.length > 0) {
      await remove(accounts);
      context.emit({ code: "ShareWithdrawn", resourceId, accounts });
    }
    const keys = sharedWithKeys(tags);
    if (keys.length > 0) await images.deleteTags(resourceId, keys);
  }
}
