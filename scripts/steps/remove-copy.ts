import type { Kind } from "../../kinds/kind";
import type { StepContext } from "../engine/context";
import type { CopyView, NodePlace } from "../engine/copy";

/** Removes one of our copies and tells it. What is already gone is fine. */
export async function removeCopy(
  context: StepContext,
  kind: Kind,
  node: NodePlace,
  copy: CopyView,
  because: "failed" | "transit",
): Promise<void> {
  await kind.remove(context, node, copy);
  context.emit({ code: "CopyRemoved", node: node.id, imageId: copy.id, because });
}
