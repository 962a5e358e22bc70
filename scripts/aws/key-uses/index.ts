import pLimit from "p-limit";
import type { Place } from "../../../topology";
import { isAwsError, type AwsCallError } from "../aws-error";
import { lazily, type Entry } from "../client-config";
import { keyUses } from "./key";
import type { KeyNames } from "./key-names";
import type { KeyUser } from "./key-user";
import type { KeyUseKind } from "./kinds";
import { launchUses } from "./launches";
import { serviceUses } from "./services";
import { storageUses } from "./storage";

/** Maximum number of kinds that are read concurrently. */
const AT_ONCE = 8;

/** The uses of one kind that were found. */
export interface KeyEvidence {
  readonly kind: KeyUseKind;
  /** For people: `volume vol-..., attached to i-...`; empty if nothing of this kind uses the key. */
  readonly users: readonly string[];
  /** The same for programs, in the same order. */
  readonly holders: readonly KeyUser[];
  /** Why it could not be read; then its uses are not known. */
  readonly refused?: AwsCallError;
}

/** What uses a key, as far as its account's administrators can see; read-only. */
export interface KeyUsesPort {
  /** Reads some kinds of uses. Kinds that AWS refuses to show contain the reason. */
  find(key: KeyNames, kinds: readonly KeyUseKind[]): Promise<readonly KeyEvidence[]>;
}

/** The port on real AWS. */
export function keyUsesPort(place: Place, entry: Entry): KeyUsesPort {
  const storage = storageUses(place, entry);
  const launches = launchUses(place, entry);
  const kms = keyUses(place, entry);
  const services = serviceUses(place, entry);
  return {
    find(key, kinds) {
      // Images and launches are found through the snapshots under the key, which are read once.
      const snapshots = lazily(() => storage.snapshotsOf(key));
      const snapshotIds = async () => (await snapshots()).map(({ SnapshotId = "" }) => SnapshotId);
      const imageIds = lazily(async () => storage.images(await snapshotIds()));
      const readers: Readonly<Record<KeyUseKind, () => Promise<readonly KeyUser[]>>> = {
        volumes: () => storage.volumes(key),
        snapshots: async () =>
          (await snapshotIds()).map((id) => ({ type: "snapshot", id, text: `snapshot ${id}` })),
        images: async () => (await imageIds()).map((id) => ({ type: "image", id, text: `image ${id}` })),
        "recycle-bin": () => storage.recycleBin(),
        launches: async () => launches(key, { snapshotIds: await snapshotIds(), imageIds: await imageIds() }),
        "ebs-default": () => storage.ebsDefault(key),
        grants: () => kms.grants(key),
        aliases: () => kms.aliases(key),
        replicas: () => kms.replicas(key),
        rds: () => services.rds(key),
        s3: () => services.s3(key),
        "s3-replication": () => services.replication(key),
        parameters: () => services.parameters(key),
        secrets: () => services.secrets(key),
        logs: () => services.logs(key),
      };
      const limit = pLimit(AT_ONCE);
      return Promise.all(kinds.map((kind) => limit(() => looked(kind, readers[kind]))));
    },
  };
}

async function looked(kind: KeyUseKind, read: () => Promise<readonly KeyUser[]>): Promise<KeyEvidence> {
  try {
    const holders = await read();
    return { kind, users: holders.map(({ text }) => text), holders };
  } catch (error) {
    if (!isAwsError(error)) throw error;
    return { kind, users: [], holders: [], refused: error };
  }
}
