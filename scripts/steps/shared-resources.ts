import type { ImagesPort, ImageView } from "../aws";

type Tags = Readonly<Record<string, string>>;

/** An image or a snapshot, as something that accounts have a share of. */
export interface SharedResource {
  readonly kind: "image" | "snapshot";
  readonly id: string;
  readonly tags: Tags;
  /** Accounts (12 digits) that have it now. */
  accountsNow(): Promise<readonly string[]>;
  change(change: "add" | "remove", accounts: readonly string[]): Promise<void>;
}

/** An image and its snapshots, as far as sharing them is concerned. */
export type ImageToShare = Pick<ImageView, "id"> & {
  readonly volumes: readonly Pick<ImageView["volumes"][number], "snapshotId">[];
};

/** An image's snapshots, then the image: what must be shared for somebody to copy it. Without their tags. */
export function sharedResources(images: ImagesPort, image: ImageToShare): readonly SharedResource[] {
  return [
    ...image.volumes.map(({ snapshotId }) => sharedSnapshot(images, snapshotId, {})),
    sharedImage(images, image.id, {}),
  ];
}

export function sharedImage(images: ImagesPort, id: string, tags: Tags): SharedResource {
  return {
    kind: "image",
    id,
    tags,
    accountsNow: () => images.launchPermissions(id),
    change: (change, accounts) => images.changeLaunchPermissions(id, change, accounts),
  };
}

export function sharedSnapshot(images: ImagesPort, id: string, tags: Tags): SharedResource {
  return {
    kind: "snapshot",
    id,
    tags,
    accountsNow: () => images.createVolumePermissions(id),
    change: (change, accounts) => images.changeCreateVolumePermissions(id, change, accounts),
  };
}

/** The tags of resources as they are described now, in their order; undefined for what is gone. */
export async function tagsOf(
  images: ImagesPort,
  resources: readonly SharedResource[],
): Promise<readonly (Tags | undefined)[]> {
  const idsOf = (kind: SharedResource["kind"]) =>
    resources.filter((resource) => resource.kind === kind).map(({ id }) => id);
  const [imageIds, snapshotIds] = [idsOf("image"), idsOf("snapshot")];
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
  return resources.map(({ id }) => tags.get(id));
}
