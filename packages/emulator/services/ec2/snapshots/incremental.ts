import { ownedBy } from "../shelf";
import type { Ec2State, Snapshot } from "../state";

/**
 * Whether the destination of a copy already holds its data. In one account and Region under one key this is always so;
 * otherwise it is so when the latest copy of the same volume still exists, is not archived, and is under the same key.
 * Source: EBS user guide, "Copy an Amazon EBS snapshot", incremental snapshot copies.
 */
export function isIncremental(state: Ec2State, original: Snapshot, copy: Snapshot): boolean {
  if (original.keyArn !== copy.keyArn && isSamePlace(original, copy)) return false;
  if (isSamePlace(original, copy)) return true;
  return [...ownedBy(state.snapshots, copy.region, copy.owner)].some(
    (earlier) =>
      earlier.snapshotId !== copy.snapshotId &&
      earlier.state === "completed" &&
      earlier.copiedFrom?.region === original.region &&
      earlier.storage?.tier !== "archive" &&
      earlier.keyArn === copy.keyArn &&
      originVolume(earlier) === originVolume(original),
  );
}

function isSamePlace(a: Snapshot, b: Snapshot): boolean {
  return a.region === b.region && a.owner === b.owner;
}

/** The volume whose data a snapshot holds, across all copies. */
export function originVolume(snapshot: Snapshot): string {
  return snapshot.originVolumeId ?? snapshot.volumeId;
}
