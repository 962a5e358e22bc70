import { snapshotIdsOf } from "../catalogue";
import { ownedBy } from "../shelf";
import type { Ec2State, Image, Snapshot } from "../state";

/** Registered images that use a snapshot; only its owner can have created them. */
export function imagesUsing(state: Ec2State, snapshot: Snapshot): readonly Image[] {
  return [...ownedBy(state.images, snapshot.region, snapshot.owner)].filter((image) =>
    snapshotIdsOf(image).includes(snapshot.snapshotId),
  );
}
