import type { CopyNode } from "../../topology";
import type { ImageView } from "../aws";
import type { RunContext } from "../engine/context";
import { copyFilters } from "../engine/lineage";
import { claimedCopies } from "./own-copies";
import { removeCopy, removeSnapshots } from "./remove-copy";

/** Removes a transit copy that this run has made, where nothing else of the node can be left. */
export async function removeTransit(context: RunContext, node: CopyNode, image: ImageView): Promise<void> {
  await removeCopy(context, node, image, "transit");
}

/**
 * Removes whatever there is of a transit node: its copies, of earlier source images too, and snapshots that a crash has
 * left without their image. Only what carries our lineage tags and the role `transit`, and was made by a run, is touched.
 */
export async function removeAllTransit(context: RunContext, node: CopyNode): Promise<void> {
  const { ours: images } = await claimedCopies(context, node);
  for (const image of images) await removeCopy(context, node, image, "transit");
  // What has just been deleted may still be described; to ask for it again is denied, as it has no tags any more.
  const gone = images.flatMap((image) => image.volumes.map((volume) => volume.snapshotId));
  await removeSnapshots(context, node, copyFilters(context.topology, node), gone);
}
