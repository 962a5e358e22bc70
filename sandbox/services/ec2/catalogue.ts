/** Who sees which image and snapshot. */
import type { ImageDirectory } from "../../contract";
import { notFound } from "./errors";
import { publicImages, publicSnapshots } from "./images/public";
import type { Ec2State, Image, Snapshot } from "./state";

/** All images of a Region, AWS's public ones first. */
export function imagesIn(state: Ec2State, region: string): readonly Image[] {
  return [...publicImages(region), ...Object.values(state.images).filter((image) => image.region === region)];
}

export function snapshotsIn(state: Ec2State, region: string): readonly Snapshot[] {
  return [
    ...publicSnapshots(region),
    ...Object.values(state.snapshots).filter((snapshot) => snapshot.region === region),
  ];
}

/** Own, shared with the account, or public. Whoever is not the owner sees an image only once it is available. */
export function maySeeImage(image: Image, account: string): boolean {
  if (image.owner === account) return true;
  return image.state === "available" && (image.public || image.launchPermissions.includes(account));
}

/** Own, shared with the account, or public. */
export function maySeeSnapshot(snapshot: Snapshot, account: string): boolean {
  return snapshot.owner === account || snapshot.public || snapshot.createVolumePermissions.includes(account);
}

export function visibleImage(
  state: Ec2State,
  imageId: string,
  account: string,
  region: string,
): Image | undefined {
  return imagesIn(state, region).find((image) => image.imageId === imageId && maySeeImage(image, account));
}

export function anySnapshot(state: Ec2State, snapshotId: string, region: string): Snapshot | undefined {
  return snapshotsIn(state, region).find((snapshot) => snapshot.snapshotId === snapshotId);
}

export function visibleSnapshot(
  state: Ec2State,
  snapshotId: string,
  account: string,
  region: string,
): Snapshot | undefined {
  const snapshot = anySnapshot(state, snapshotId, region);
  return snapshot !== undefined && maySeeSnapshot(snapshot, account) ? snapshot : undefined;
}

/** @throws InvalidAMIID.NotFound for an image of somebody else, too: only the owner may change it */
export function ownImage(state: Ec2State, imageId: string, account: string, region: string): Image {
  const image = state.images[imageId];
  if (image === undefined || image.region !== region || image.owner !== account)
    throw notFound("image", imageId);
  return image;
}

/** @throws InvalidSnapshot.NotFound for a snapshot of somebody else, too: only the owner may change it */
export function ownSnapshot(state: Ec2State, snapshotId: string, account: string, region: string): Snapshot {
  const snapshot = state.snapshots[snapshotId];
  if (snapshot === undefined || snapshot.region !== region || snapshot.owner !== account) {
    throw notFound("snapshot", snapshotId);
  }
  return snapshot;
}

/** The snapshots of an image, in the order of its devices. */
export function snapshotIdsOf(image: Pick<Image, "devices">): readonly string[] {
  return image.devices.flatMap((device) => (device.ebs === undefined ? [] : [device.ebs.snapshotId]));
}

/** For services that only ask whether an image can be launched. */
export function imageDirectory(state: Ec2State): ImageDirectory {
  return {
    visible: (imageId, account, region) =>
      visibleImage(state, imageId, account, region)?.state === "available",
  };
}
