import { canonicalJson, sha256 } from "@keyferry/common";

const LENGTH = 32;

/** The snapshot of one device of an image. */
interface Volume {
  readonly deviceName: string;
  readonly snapshotId: string;
}

/**
 * A run sets this value as a tag on an image that it registers. AWS's data proves it: a name is unique in an account and Region, and
 * neither the name nor the snapshots of an image ever change. Another image with our tags has another name or other snapshots.
 */
export function fingerprint(name: string, volumes: readonly Volume[]): string {
  const snapshots = volumes.map(({ deviceName, snapshotId }) => [deviceName, snapshotId]).sort();
  return sha256(canonicalJson([name, snapshots])).slice(0, LENGTH);
}
