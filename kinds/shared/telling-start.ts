import type { RunContext } from "../../scripts/engine/context";
import type { CopyNode } from "../../topology";
import type { CopyOrigin } from "../kind";

/**
 * Starts a copy and reports it before and after: if the journal ends between the two events, it shows what may have been started.
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
