import type { CopyNode } from "../../topology";
import type { SnapshotUse } from "../../scripts/aws";
import type { ReadContext } from "../../scripts/engine/context";

/**
 * Different snapshots that the node's parameter has shown last, each a use of it.
 * @param remembered how many of the last ones count
 * @param publishes whether it is judged as if the parameter showed a newer one already
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
