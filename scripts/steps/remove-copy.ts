import type { Kind } from "../../kinds/kind";
import type { StepContext } from "../engine/context";
import type { CopyView, NodePlace } from "../engine/copy";

/** Removes one of Keyferry's copies and reports it. It is not an error if the copy no longer exists. */
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
