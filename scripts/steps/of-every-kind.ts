import type { Kind } from "../../kinds/kind";
import { KINDS, kindsIn } from "../../kinds/registry";
import type { Topology } from "../../topology";
import { concurrently } from "../engine/concurrently";
import { unlessClosed } from "../engine/unless-closed";

/**
 * What a look finds of every kind: of those that the topology carries, and of those that it once did, as far as its roles may
 * still look.
 */
export async function ofEveryKind<T>(
  topology: Topology,
  look: (kind: Kind) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const carried = kindsIn(topology);
  const found = await concurrently(KINDS, (kind) =>
    carried.includes(kind) ? look(kind) : unlessClosed(() => look(kind)),
  );
  return found.flat();
}
