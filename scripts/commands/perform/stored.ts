import { must } from "../../../core/must";
import type { RunContext } from "../../engine/context";
import { dependants, type RemoveStored } from "../../planning/actions";
import type { RuleProgress } from "./progress";

/** Stores the source of a rule as an object. */
export function storeSource(context: RunContext, { rule }: RuleProgress): Promise<void> {
  return throughS3(rule).store(context, rule.graph);
}

/** Objects stay as long as an image to be restored from them is not available: the next run continues with them. */
export async function removeStored(
  context: RunContext,
  { rule, finished }: RuleProgress,
  { isAwaited }: RemoveStored,
): Promise<void> {
  const { graph } = rule;
  const restored = [...graph.nodes, ...graph.leftOut].filter((node) => node.restored !== undefined);
  const isNeeded = restored.some((node) =>
    dependants(node, graph.nodes).some((final) => !finished.has(final.id)),
  );
  if (isAwaited || isNeeded) return;
  const things = await throughS3(rule).things(context, restored);
  for (const thing of things) await thing.remove(context);
  if (things.length === 0) return;
  context.emit({ code: "StoredRemoved", rule: graph.rule.name, ids: things.map(({ id }) => id) });
}

function throughS3({ kind }: RuleProgress["rule"]) {
  return must(kind.throughS3, `the S3 route of ${kind.name}`);
}
