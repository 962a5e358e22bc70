import type { CopyNode } from "../../topology";
import type { ImageView } from "../aws";
import type { RunContext } from "../engine/context";
import { copyFilters } from "../engine/lineage";
import { removeCopy, removeSnapshots } from "./remove-copy";

/** Removes a transit copy that this run has made, where nothing else of the node can be left. */
export async function removeTransit(context: RunContext, node: CopyNode, image: ImageView): Promise<void> {
  await removeCopy(context, node, image, "transit");
}

/**
 * Removes whatever there is of a transit node: its copies, of earlier source images too, and snapshots that a crash has
 * left without their image. Only what carries our lineage tags and the role `transit` is touched.
 */
export async function removeAllTransit(context: RunContext, node: CopyNode): Promise<void> {
  const filters = copyFilters(context.topology, node);
  for (const image of await context.aws.images(node.place).describeImages(filters)) {
    await removeCopy(context, node, image, "transit");
  }
  await removeSnapshots(context, node, filters);
}
