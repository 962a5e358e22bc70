import type { Kind } from "../../kinds/kind";
import type { CopyNode } from "../../topology";
import type { RunContext } from "../engine/context";
import { removeCopy } from "./remove-copy";

/**
 * Removes everything of a transit node: its copies, also of earlier sources, and snapshots that a crash left without their copy.
 * Only resources that have Keyferry's lineage tags and the role `transit`, and that a run made, are touched.
 */
export async function removeAllTransit(context: RunContext, kind: Kind, node: CopyNode): Promise<void> {
  const { ours } = await kind.claimedCopies(context, node);
  for (const copy of ours) await removeCopy(context, kind, node, copy, "transit");
  await kind.removeRemains(context, node, ours);
}
