import type { Kind } from "../../kinds/kind";
import { KINDS, kindsIn } from "../../kinds/registry";
import type { Topology } from "../../topology";
import { concurrently } from "../engine/concurrently";
import { unlessClosed } from "../engine/unless-closed";

/**
 * The results of reading every kind: kinds that the topology carries, and kinds that it carried before, if its roles may
 * still read them.
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
