import type { ImageView, SnapshotView } from "../../../scripts/aws";
import type { ReadContext } from "../../../scripts/engine/context";
import type { ShownCopy } from "../../../scripts/engine/copy";
import { copyFilters } from "../../../scripts/engine/lineage";
import type { CopyNode } from "../../../topology";

/** AWS's own texts: those of the snapshots come first, because only they report problems of a key. */
export function reasonOf(image: ImageView, snapshots: readonly SnapshotView[]): string | undefined {
  return snapshots.find(({ stateMessage }) => stateMessage !== undefined)?.stateMessage ?? image.stateReason;
}

/** A failed image may no longer have its block device mapping; its snapshots are then found by their tags. */
export async function deathReason(
  { topology, aws }: ReadContext,
  node: CopyNode,
  { copy, snapshots }: ShownCopy<ImageView>,
  sourceId: string,
): Promise<string | undefined> {
  const left =
    snapshots.length > 0
      ? snapshots
      : await aws.images(node.place).describeSnapshots(copyFilters(topology, node, sourceId));
  return reasonOf(copy, left);
}
