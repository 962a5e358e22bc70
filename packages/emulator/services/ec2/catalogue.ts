/** Which images and snapshots an account can see. */
import type { ImageDirectory } from "../../contract";
import { notFound } from "./errors";
import { publicKernels } from "./images/kernels";
import { publicImages, publicSnapshots } from "./images/public";
import { allIn } from "./shelf";
import type { Ec2State, Image, SharingSettings, Snapshot } from "./state";

/** All images of a Region, AWS's public ones first. */
export function* imagesIn(state: Ec2State, region: string): Iterable<Image> {
  yield* publicImages(region);
  yield* publicKernels(region);
  yield* allIn(state.images, region);
}

export function* snapshotsIn(state: Ec2State, region: string): Iterable<Snapshot> {
  yield* publicSnapshots(region);
  yield* allIn(state.snapshots, region);
}

/**
 * Owned by the account, shared with it or with its organisation or unit, or public. An account that is not the owner
 * sees an image only once it is available.
 */
export function maySeeImage({ organizations }: Ec2State, image: Image, account: string): boolean {
  if (image.owner === account) return true;
  if (image.state !== "available") return false;
  if (image.public || image.launchPermissions.includes(account)) return true;
  return image.launchOrganizations?.some((arn) => organizations?.includes(arn, account)) === true;
}

/** Owned by the account, shared with it, or public. Only its owner sees an archived snapshot. */
export function maySeeSnapshot(state: Ec2State, snapshot: Snapshot, account: string): boolean {
  if (snapshot.owner === account) return true;
  if (snapshot.storage?.tier === "archive") return false;
  return isOpen(state, snapshot) || snapshot.createVolumePermissions.includes(account);
}

/** Public, and not hidden because its owner blocks all public sharing. */
function isOpen(state: Ec2State, { public: open, owner, region }: Snapshot): boolean {
  return open && sharingSettings(state, owner, region).snapshotBlockPublicAccess !== "block-all-sharing";
}

/** An image of the Region, regardless of its owner. */
export function anyImage(state: Ec2State, imageId: string, region: string): Image | undefined {
  const image = Object.hasOwn(state.images, imageId) ? state.images[imageId] : undefined;
  if (image?.region === region) return image;
  return [...publicImages(region), ...publicKernels(region)].find((item) => item.imageId === imageId);
}

/** An image that the account may see. */
export function visibleImage(
  state: Ec2State,
  imageId: string,
  account: string,
  region: string,
): Image | undefined {
  const image = anyImage(state, imageId, region);
  return image !== undefined && maySeeImage(state, image, account) ? image : undefined;
}

export function anySnapshot(state: Ec2State, snapshotId: string, region: string): Snapshot | undefined {
  const snapshot = Object.hasOwn(state.snapshots, snapshotId) ? state.snapshots[snapshotId] : undefined;
  if (snapshot?.region === region) return snapshot;
  return publicSnapshots(region).find((item) => item.snapshotId === snapshotId);
}

export function visibleSnapshot(
  state: Ec2State,
  snapshotId: string,
  account: string,
  region: string,
): Snapshot | undefined {
  const snapshot = anySnapshot(state, snapshotId, region);
  return snapshot !== undefined && maySeeSnapshot(state, snapshot, account) ? snapshot : undefined;
}

/** Account settings of a Region. @default AWS's for a new account */
export function sharingSettings(state: Ec2State, account: string, region: string): SharingSettings {
  return (state.sharing[`${account}/${region}`] ??= {
    imageBlockPublicAccess: "block-new-sharing",
    snapshotBlockPublicAccess: "unblocked",
    allowedImages: "disabled",
    criteria: [],
  });
}

/** @throws InvalidAMIID.NotFound also for another account's image: only the owner may change it */
export function ownImage(state: Ec2State, imageId: string, account: string, region: string): Image {
  const image = state.images[imageId];
  if (image === undefined || image.region !== region || image.owner !== account)
    throw notFound("image", imageId);
  return image;
}

/** @throws InvalidSnapshot.NotFound also for another account's snapshot: only the owner may change it */
export function ownSnapshot(state: Ec2State, snapshotId: string, account: string, region: string): Snapshot {
  const snapshot = state.snapshots[snapshotId];
  if (snapshot === undefined || snapshot.region !== region || snapshot.owner !== account) {
    throw notFound("snapshot", snapshotId);
  }
  return snapshot;
}

/** The snapshots of an image, in the order of its devices. */
export function snapshotIdsOf(image: Pick<Image, "devices">): readonly string[] {
  return image.devices.flatMap((device) => device.ebs?.snapshotId ?? []);
}

/** For services that only check whether an image can be launched. */
export function imageDirectory(state: Ec2State): ImageDirectory {
  return {
    visible: (imageId, account, region) =>
      visibleImage(state, imageId, account, region)?.state === "available",
  };
}
