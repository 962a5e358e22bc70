import type { RunContext } from "../../../../scripts/engine/context";
import { copyTags } from "../../../../scripts/engine/lineage";
import type { CopyNode } from "../../../../topology";
import type { Attempt, CopyOrigin } from "../../../kind";
import { onceByName } from "../once-by-name";
import { wayOf } from "./folders";
import { pushObject } from "./push-object";

/**
 * Copies the object of an image into the destination's bucket and restores the image there, once.
 * @returns id of the restored image, which is pending
 */
export function restoreCopy(
  context: RunContext,
  node: CopyNode,
  origin: CopyOrigin,
  attempt: Attempt,
): Promise<string> {
  return onceByName(context, node, origin, attempt, { isIt: () => true, make: restore });

  async function restore(): Promise<string> {
    const key = await pushObject(context, node, origin.id);
    const { receiver, to } = wayOf(context.aws, node);
    const lineage = { sourceId: origin.sourceId, parentId: origin.id };
    const tags = copyTags(context.topology, node, lineage, attempt.number);
    return receiver.restore({ bucket: to.bucket, key, name: node.copyName, tags });
  }
}
