import {
  declaredGeneration,
  declaredKey,
  SHARED_IMAGES_KEY,
  type CopyNode,
  type Topology,
} from "../../topology";
import type { Kind } from "../../kinds/kind";
import type { ReadContext } from "../engine/context";
import type { CopyView } from "../engine/copy";

/**
 * Whether the key of a node is not the first one of its name, so that copies can be under a former one. What runs have made is under the key of
 * its time, so that no other reason is looked for.
 */
export function presentGeneration(
  topology: Topology,
  { place, role, destination, restored }: CopyNode,
): number {
  // What is restored is under no key of ours.
  if (restored !== undefined) return 1;
  const { account, region } = place;
  if (destination?.shares !== undefined)
    return declaredKey(topology, account.id, region, SHARED_IMAGES_KEY)?.generation ?? 1;
  return declaredGeneration(account, region, role === "final" ? "home" : "transit");
}

/**
 * Ids of the copies of a node that are under a former key: they are made again under the present one. Reads nothing where the key of the node is
 * the first of its name.
 * @param keyArn of the present key; undefined: there is none, and nothing is known of the others
 */
export async function underFormerKeys(
  context: ReadContext,
  kind: Kind,
  node: CopyNode,
  copies: readonly CopyView[],
  keyArn: string | undefined,
): Promise<ReadonlySet<string>> {
  if (keyArn === undefined || copies.length === 0 || presentGeneration(context.topology, node) === 1)
    return new Set();
  const ids = new Map(copies.map((copy) => [copy.id, kind.shareableOf(copy).snapshotIds]));
  const all = [...ids.values()].flat();
  if (all.length === 0) return new Set();
  const snapshots = await kind.snapshotsByIds(context.aws, node.place, all);
  const former = new Set(
    snapshots.filter((one) => one.keyArn !== keyArn).map(({ snapshotId }) => snapshotId),
  );
  return new Set(copies.map(({ id }) => id).filter((id) => ids.get(id)?.some((one) => former.has(one))));
}
