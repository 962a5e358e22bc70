import type { SnapshotView } from "../../scripts/aws";

/** A snapshot must be complete, and under exactly this key. */
export function wrongKey(snapshot: SnapshotView, keyArn: string): string[] {
  const { snapshotId } = snapshot;
  if (snapshot.state !== "completed") return [`${snapshotId} is ${snapshot.state}`];
  if (!snapshot.encrypted) return [`${snapshotId} is not encrypted`];
  return snapshot.keyArn === keyArn
    ? []
    : [`${snapshotId} is under ${snapshot.keyArn ?? "no key"} instead of ${keyArn}`];
}
