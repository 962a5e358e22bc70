import type { Kind } from "../../kinds/kind";
import type { CopyNode } from "../../topology";
import type { RunContext } from "../engine/context";
import { removeCopy } from "./remove-copy";

/**
 * Removes whatever there is of a transit node: its copies, of earlier sources too, and what a crash has left without its copy.
 * Only what carries our lineage tags and the role `transit`, and was made by a run, is touched.
 */
export async function removeAllTransit(context: RunContext, kind: Kind, node: CopyNode): Promise<void> {
  const { ours } = await kind.claimedCopies(context, node);
  for (const copy of ours) await removeCopy(context, kind, node, copy, "transit");
  await kind.removeRemains(context, node, ours);
}
