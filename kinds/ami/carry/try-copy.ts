import type { ReadContext } from "../../../scripts/engine/context";
import { LINEAGE_TAGS, type CopyNode, type CopySource } from "../../../topology";

/** A dry run of CopyImage from the source image; or of CopySnapshot from its first snapshot, if snapshots are copied one by one. */
export async function tryCopy(
  { aws, topology }: ReadContext,
  node: CopyNode,
  source: CopySource,
  keyArn: string,
): Promise<void> {
  const tags = { ...node.tags, [LINEAGE_TAGS.topology]: topology.name };
  const sourceRegion = node.rule.from.region;
  const [snapshot] = source.snapshots;
  if (node.registered !== undefined && snapshot !== undefined) {
    const { snapshotId: sourceSnapshotId } = snapshot;
    return aws.settings(node.place).trySnapshotCopy({ sourceSnapshotId, sourceRegion, keyArn, tags });
  }
  await aws.settings(node.place).tryImageCopy({
    name: node.copyName,
    sourceImageId: source.id,
    sourceRegion,
    keyArn,
    tags,
  });
}
