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

/** Kinds that are looked at at the same time. */
const AT_ONCE = 8;

/** What was found of one kind. */
export interface KeyEvidence {
  readonly kind: KeyUseKind;
  /** For people: `volume vol-..., attached to i-...`; empty where the key has no user of this kind. */
  readonly users: readonly string[];
  /** The same for programs, in the same order. */
  readonly holders: readonly KeyUser[];
  /** Why it could not be read; nothing is known then. */
  readonly refused?: AwsCallError;
}

/** Who uses a key, as its account's administrators can see. Reads only. */
export interface KeyUsesPort {
  /** Looks for some kinds of users. What AWS refuses to show is said by the kind. */
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
      // Images and launches are told by the snapshots under the key, which are read once.
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
