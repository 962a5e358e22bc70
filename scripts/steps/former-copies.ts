import { canonicalJson, sha256 } from "@keyferry/common";
import { keyOfEach } from "../../kinds/shared/key-of-each";
import {
  declaredGeneration,
  declaredKey,
  keyPlaceId,
  ownKey,
  SHARED_IMAGES_KEY,
  type CopyNode,
  type Topology,
} from "../../topology";
import type { Kind } from "../../kinds/kind";
import type { ReadContext } from "../engine/context";
import type { CopyView } from "../engine/copy";

/**
 * What distinguishes a node's key from other keys that its copies can have: its generation, or the beginning of its id if the key belongs to
 * the account. Undefined if there were no other keys: runs always copied under the key of their time, so no other reason is checked.
 * @param keyArn the current key
 */
export function presentKey(topology: Topology, node: CopyNode, keyArn = ""): string | undefined {
  const { registered } = node;
  const ofCopy = presentKeyOfCopy(topology, node, keyArn);
  if (registered === undefined) return ofCopy;
  // The key of each volume can change with every edit, and the keys with their generations.
  const ofVolumes = sha256(canonicalJson(registered.keyAliases)).slice(0, 8);
  return [...(ofCopy === undefined ? [] : [ofCopy]), ofVolumes].join("-");
}

function presentKeyOfCopy(topology: Topology, node: CopyNode, keyArn: string): string | undefined {
  const { place, role, destination, restored } = node;
  // Restored copies are not under a key of Keyferry.
  if (restored !== undefined) return undefined;
  const { account, region } = place;
  if (destination?.shares !== undefined)
    return beyondFirst(declaredKey(topology, account.id, region, SHARED_IMAGES_KEY)?.generation ?? 1);
  const purpose = role === "final" ? "home" : "transit";
  if (ownKey(account, region, purpose) !== undefined)
    return /([0-9a-f]{8})[0-9a-f-]*$/.exec(keyArn)?.[1] ?? "own";
  const generation = declaredGeneration(account, region, purpose);
  const wasOwn =
    topology.formerOwnKeys?.includes(keyPlaceId({ account: account.id, region, purpose })) === true;
  return wasOwn ? String(generation) : beyondFirst(generation);
}

function beyondFirst(generation: number): string | undefined {
  return generation === 1 ? undefined : String(generation);
}

/**
 * Ids of the copies of a node that are under a former key: they are copied again under the current one. Reads nothing if there was no other
 * key.
 * @param keyArn the current key; undefined: there is none, and nothing is known about the others
 */
export async function underFormerKeys(
  context: ReadContext,
  kind: Kind,
  node: CopyNode,
  copies: readonly CopyView[],
  keyArn: string | undefined,
): Promise<ReadonlySet<string>> {
  if (keyArn === undefined || copies.length === 0 || presentKey(context.topology, node) === undefined)
    return new Set();
  const ids = new Map(copies.map((copy) => [copy.id, kind.shareableOf(copy).snapshotIds]));
  const all = [...ids.values()].flat();
  if (all.length === 0) return new Set();
  const snapshots = await kind.snapshotsByIds(context.aws, node.place, all);
  const keyOf = await keyOfEach(context, node, keyArn);
  const former = new Set(
    snapshots.filter((one) => one.keyArn !== keyOf(one)).map(({ snapshotId }) => snapshotId),
  );
  return new Set(copies.map(({ id }) => id).filter((id) => ids.get(id)?.some((one) => former.has(one))));
}
