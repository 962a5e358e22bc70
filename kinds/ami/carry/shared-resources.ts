import type { AwsAccess, ImagesPort, ImageView } from "../../../scripts/aws";
import type { Place } from "../../../topology";
import { sharedSnapshot } from "../../shared/shared-snapshot";
import type { Shareable, SharedResource, Sharing } from "../../kind";

type Tags = SharedResource["tags"];

export function shareableOf({ id, volumes }: ImageView): Shareable {
  return { id, snapshotIds: volumes.map(({ snapshotId }) => snapshotId) };
}

/** The resources that must be shared before another account can copy an image: its snapshots, then the image. */
export function sharing(aws: AwsAccess, place: Place): Sharing {
  const images = aws.images(place);
  return {
    resources: ({ id, snapshotIds }) => [
      ...snapshotIds.map((snapshotId) => sharedSnapshot(images, snapshotId, {})),
      sharedImage(images, id, {}),
    ],
    tagsOf: (resources) => tagsOf(images, resources),
    tag: (ids, tags) => images.createTags(ids, tags),
    untag: (ids, keys) => images.deleteTags(ids, keys),
  };
}

export function sharedImage(images: ImagesPort, id: string, tags: Tags): SharedResource {
  return {
    id,
    tags,
    accountsNow: () => images.launchPermissions(id),
    change: (change, accounts) => images.changeLaunchPermissions(id, change, accounts),
  };
}

async function tagsOf(
  images: ImagesPort,
  resources: readonly SharedResource[],
): Promise<readonly (Tags | undefined)[]> {
  const ids = resources.map(({ id }) => id);
  const snapshotIds = ids.filter((id) => id.startsWith("snap-"));
  const imageIds = ids.filter((id) => !snapshotIds.includes(id));
  const [foundImages, foundSnapshots] = await Promise.all([
    imageIds.length === 0 ? [] : images.describeImages({ "image-id": imageIds }),
    snapshotIds.length === 0 ? [] : images.describeSnapshots({ "snapshot-id": snapshotIds }),
  ]);
  const tags = new Map([
    ...foundImages
      .filter(({ state }) => state !== "deregistered")
      .map((image) => [image.id, image.tags] as const),
    ...foundSnapshots.map((snapshot) => [snapshot.snapshotId, snapshot.tags] as const),
  ]);
  return ids.map((id) => tags.get(id));
}
