import type { ReadContext } from "../../scripts/engine/context";
import { attemptOf, copyTags } from "../../scripts/engine/lineage";
import { declaredKind, type CopyNode, type CopySource } from "../../topology";

type Tags = Readonly<Record<string, string>>;

/**
 * Lineage tags that a resource of a copy lacks. They are set by the call that creates the copy, unlike tags that are set later.
 * @param ofCopy the tags of the copy itself, which name its parent and attempt
 */
export function wrongLineage(
  { topology }: ReadContext,
  node: CopyNode,
  source: CopySource,
  ofCopy: Tags,
  resourceId: string,
  tags: Tags,
): readonly string[] {
  const parentId = ofCopy[declaredKind(node.rule).lineage.parent];
  const origin = { sourceId: source.id, ...(parentId === undefined ? {} : { parentId }) };
  return Object.entries(copyTags(topology, node, origin, attemptOf(ofCopy)))
    .filter(([key, value]) => key.startsWith("keyferry:") && tags[key] !== value)
    .map(([key, value]) => `${resourceId} lacks the tag ${key}=${value}`);
}
