import type { CopyGraph } from "../../../../topology";
import { concurrently } from "../../../../scripts/engine/concurrently";
import type { ReadContext } from "../../../../scripts/engine/context";
import type { Finding } from "../../../../scripts/engine/finding";
import { checkNames } from "./names";
import { checkRestorable } from "./restorable";

/** Whether the names of copies are free, and what goes through S3 can be restored. */
export async function checkTargets(
  context: ReadContext,
  graph: CopyGraph,
  skip: { has(account: string): boolean },
): Promise<readonly Finding[]> {
  const restored = graph.nodes.filter(
    (node) => node.restored !== undefined && !skip.has(node.place.account.id),
  );
  const [names, restorable] = await Promise.all([
    checkNames(context, graph, skip),
    concurrently(restored, (node) => checkRestorable(context, node)),
  ]);
  return [...names, ...restorable.flat()];
}
