import type { Place } from "../../topology";
import type { ImageView } from "../aws";
import type { StepContext } from "../engine/context";
import { sharedWith, sharedWithKeys } from "../engine/lineage";

/** An image or a snapshot, with what its tags say that we have shared. */
interface Shared {
  readonly id: string;
  readonly accounts: readonly string[];
  /** The tags that say so. */
  readonly keys: readonly string[];
  remove(accounts: readonly string[]): Promise<void>;
}

/** Takes back what the tags say that we have shared, then removes the tags. A share that somebody else made stays. */
export async function withdrawShare(context: StepContext, place: Place, image: ImageView): Promise<void> {
  const images = context.aws.images(place);
  const snapshotIds = image.volumes.map((volume) => volume.snapshotId);
  const snapshots =
    snapshotIds.length === 0 ? [] : await images.describeSnapshots({ "snapshot-id": snapshotIds });
  const resources: readonly Shared[] = [
    {
      ...shareOf(image.imageId, image.tags),
      remove: (accounts) => images.changeLaunchPermissions(image.imageId, "remove", accounts),
    },
    ...snapshots.map(({ snapshotId, tags }) => ({
      ...shareOf(snapshotId, tags),
      remove: (accounts: readonly string[]) =>
        images.changeCreateVolumePermissions(snapshotId, "remove", accounts),
    })),
  ];
  for (const { id, accounts, remove } of resources) {
    if (accounts.length === 0) continue;
    await remove(accounts);
    context.emit({ code: "ShareWithdrawn", resourceId: id, accounts });
  }
  const recorded = resources.filter(({ keys }) => keys.length > 0);
  const keys = [...new Set(recorded.flatMap((resource) => resource.keys))];
  if (keys.length > 0)
    await images.deleteTags(
      recorded.map(({ id }) => id),
      keys,
    );
}

function shareOf(id: string, tags: Readonly<Record<string, string>>): Omit<Shared, "remove"> {
  return { id, accounts: sharedWith(tags), keys: sharedWithKeys(tags) };
}
