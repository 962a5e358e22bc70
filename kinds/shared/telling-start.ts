import type { RunContext } from "../../scripts/engine/context";
import type { CopyNode } from "../../topology";
import type { CopyOrigin } from "../kind";

/**
 * Starts a copy and tells so, before and after: a journal that ends between the two says what may have been begun.
 * @param attempt its number
 * @param start makes the copy, or finds what the same attempt has made. @returns its id
 * @returns id of the copy
 */
export async function tellingStart(
  context: RunContext,
  node: CopyNode,
  origin: CopyOrigin,
  attempt: number,
  start: () => Promise<string>,
): Promise<string> {
  context.emit({ code: "CopyStarting", node: node.id, fromImageId: origin.id, attempt });
  const imageId = await start();
  context.emit({
    code: "CopyStarted",
    node: node.id,
    imageId,
    fromImageId: origin.id,
    origin: origin.sourceId,
    attempt,
  });
  return imageId;
}
