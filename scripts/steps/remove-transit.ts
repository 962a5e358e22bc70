import type { CopyNode } from "../../topology";
import type { RunContext } from "../engine/context";
import { copyFilters } from "../engine/lineage";
import { removeCopy, removeSnapshots } from "./remove-copy";

/**
 * Removes a transit node's copies, of earlier source images too, and snapshots that a crash has left without their
 * image. Only what carries our lineage tags and the role `transit` is touched.
 * @param mayBeLeft whether an earlier run was cut short, so that there may be such snapshots
 */
export async function removeTransit(context: RunContext, node: CopyNode, mayBeLeft: boolean): Promise<void> {
  const filters = copyFilters(context.topology, node);
  for (const image of await context.aws.images(node.place).describeImages(filters)) {
    await removeCopy(context, node, image, "transit");
  }
  if (mayBeLeft) await removeSnapshots(context, node, filters);
}
