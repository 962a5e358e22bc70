import { canonicalJson } from "@keyferry/common";
import type { CopyNode, CopySource } from "../../../topology";
import type { RunContext } from "../../../scripts/engine/context";
import type { ImageView } from "../../../scripts/aws";
import type { ShownCopy } from "../../../scripts/engine/copy";
import { changesOf, type ImageChange } from "./changes";

/**
 * Sets properties of the source on a copy that CopyImage does not copy. Only differences are set, so it can be repeated.
 * @returns whether anything was set
 */
export async function completeCopy(
  context: RunContext,
  node: CopyNode,
  source: CopySource,
  shown: ShownCopy<ImageView>,
): Promise<boolean> {
  const changes = changesOf(node, source, shown, context.clock.now());
  if (changes.length === 0) return false;
  const images = context.aws.images(node.place);
  for (const { resourceIds, tags } of tagCalls(changes)) await images.createTags(resourceIds, tags);
  for (const { set } of changes) await set?.(images);
  context.emit({
    code: "CopyCompleted",
    node: node.id,
    imageId: shown.copy.id,
    set: [...new Set(changes.map(({ name, set }) => (set === undefined ? `tag ${name}` : name)))],
  });
  return true;
}

/** One call for all resources on which the same tags are missing. */
function tagCalls(changes: readonly ImageChange[]) {
  const tags = new Map<string, Readonly<Record<string, string>>>();
  for (const { resourceId, name, wanted, set } of changes) {
    if (set === undefined) tags.set(resourceId, { ...tags.get(resourceId), [name]: wanted });
  }
  const calls = new Map<
    string,
    { readonly resourceIds: string[]; readonly tags: Readonly<Record<string, string>> }
  >();
  for (const [resourceId, own] of tags) {
    const id = canonicalJson(own);
    const call = calls.get(id);
    if (call === undefined) calls.set(id, { resourceIds: [resourceId], tags: own });
    else call.resourceIds.push(resourceId);
  }
  return [...calls.values()];
}
