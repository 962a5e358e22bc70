import type { CopyNode } from "../../topology";
import type { SnapshotUse } from "../../scripts/aws";
import type { ReadContext } from "../../scripts/engine/context";

/**
 * The latest different snapshots that the node's parameter has contained; each counts as used by the parameter.
 * @param remembered how many of the latest count
 * @param publishes whether to assume that the parameter already has the newer snapshot that will be published
 */
export async function shownByParameter(
  { aws }: ReadContext,
  { place, rule: { publishTo } }: CopyNode,
  remembered: number,
  publishes: boolean,
): Promise<readonly SnapshotUse[]> {
  if (publishTo === undefined) return [];
  const versions = await aws.parameters(place).history(publishTo);
  const last = [...new Set([...versions].reverse().map(({ value }) => value))];
  return last.slice(0, publishes ? remembered - 1 : remembered).map((snapshotId, index) => ({
    snapshotId,
    user:
      index === 0 && !publishes ? `the parameter ${publishTo}` : `the history of the parameter ${publishTo}`,
  }));
}
