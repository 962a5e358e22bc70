import { canonicalJson, sha256 } from "@keyferry/common";

const LENGTH = 32;

/** What stands on which device of an image. */
interface Volume {
  readonly deviceName: string;
  readonly snapshotId: string;
}

/**
 * What a run writes on an image that it registers, and AWS bears out: EC2 gives a name once in an account and Region, and neither that nor
 * the snapshots of an image ever change. Whoever registers an image of its own with our tags has another name, or other snapshots.
 */
export function fingerprint(name: string, volumes: readonly Volume[]): string {
  const stands = volumes.map(({ deviceName, snapshotId }) => [deviceName, snapshotId]).sort();
  return sha256(canonicalJson([name, stands])).slice(0, LENGTH);
}
