import { LINEAGE_TAGS, type Place } from "../../../topology";
import { concurrently } from "../../engine/concurrently";
import { ofEveryKind } from "../../steps/of-every-kind";
import type { Foundation } from "../keys/foundation";

/** Snapshots of existing copies, and remaining snapshots of deleted ones: id -> id of the copy's node. */
export async function snapshotsOfCopies(
  { locked, deployer }: Foundation,
  places: readonly Place[],
): Promise<ReadonlyMap<string, string>> {
  const { topology } = locked;
  const held = await concurrently(places, (place) =>
    ofEveryKind(topology, async (kind) => [await kind.heldIn(deployer, place, topology.name)]),
  );
  const tagged = held.flat().flatMap(({ copies, parts }) => [...copies.map(({ copy }) => copy), ...parts]);
  return new Map(
    tagged.flatMap(({ id, tags }) => {
      const node = tags[LINEAGE_TAGS.node];
      return node === undefined ? [] : [[id, node] as const];
    }),
  );
}
