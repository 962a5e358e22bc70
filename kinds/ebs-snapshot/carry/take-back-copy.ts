import type { CopyNode } from "../../../topology";
import type { RunContext } from "../../../scripts/engine/context";
import { RUN_TAG } from "../declare/lineage";
import { claimedCopies } from "./own-copies";
import { fateOf } from "./snapshot-copy";

/**
 * Removes a copy that a run has begun too late, after another one had taken over, where that one has a copy of its own. Else
 * the copy stays: whoever comes next goes on with it.
 */
export async function takeBackCopy(context: RunContext, node: CopyNode, sourceId: string): Promise<void> {
  const { clock, settings, holding, run, topology } = context;
  await clock.sleep(settings.settleSeconds);
  const { ours } = await claimedCopies({ aws: holding.unfenced, topology }, node, sourceId);
  const mine = ours.filter(({ tags }) => tags[RUN_TAG] === run);
  const others = ours.filter((copy) => !mine.includes(copy) && fateOf(copy) !== "dead");
  if (others.length === 0) return;
  for (const { id } of mine) await holding.unfenced.images(node.place).deleteSnapshot(id);
}
