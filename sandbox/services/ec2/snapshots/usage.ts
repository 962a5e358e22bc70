import { snapshotIdsOf } from "../catalogue";
import type { Ec2State, Image } from "../state";

/** Registered images that are made of a snapshot. */
export function imagesUsing(state: Ec2State, snapshotId: string): readonly Image[] {
  return Object.values(state.images).filter((image) => snapshotIdsOf(image).includes(snapshotId));
}
