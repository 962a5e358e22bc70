import type { CopyGraph } from "../../../../topology";
import { concurrently } from "../../../../scripts/engine/concurrently";
import type { ReadContext } from "../../../../scripts/engine/context";
import type { Finding } from "../../../../scripts/engine/finding";
import { checkKernels } from "./kernels";
import { checkNames } from "./names";
import { checkRestorable } from "./restorable";

/** Whether the names of copies are free, stored images can be restored, and kernels of registered images exist. */
export async function checkTargets(
  context: ReadContext,
  graph: CopyGraph,
  skip: { has(account: string): boolean },
): Promise<readonly Finding[]> {
  const restored = graph.nodes.filter(
    (node) => node.restored !== undefined && !skip.has(node.place.account.id),
  );
  const registered = graph.nodes.filter(
    (node) =>
      node.registered !== undefined &&
      !skip.has(node.place.account.id) &&
      !skip.has(graph.rule.from.account.id),
  );
  const [names, restorable, kernels] = await Promise.all([
    checkNames(context, graph, skip),
    concurrently(restored, (node) => checkRestorable(context, node)),
    concurrently(registered, (node) => checkKernels(context, node, graph.source)),
  ]);
  return [...names, ...restorable.flat(), ...kernels.flat()];
}
