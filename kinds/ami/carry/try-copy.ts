import type { ReadContext } from "../../../scripts/engine/context";
import { LINEAGE_TAGS, type CopyNode, type CopySource } from "../../../topology";

/** A dry run of CopyImage, from the source image. */
export async function tryCopy(
  { aws, topology }: ReadContext,
  node: CopyNode,
  source: CopySource,
  keyArn: string,
): Promise<void> {
  await aws.settings(node.place).tryImageCopy({
    name: node.copyName,
    sourceImageId: source.id,
    sourceRegion: node.rule.from.region,
    keyArn,
    tags: { ...node.tags, [LINEAGE_TAGS.topology]: topology.name },
  });
}
