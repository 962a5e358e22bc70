import type { CopyNode } from "../../../topology";
import type { RunContext } from "../../../scripts/engine/context";
import { readIntent } from "../../../scripts/engine/intent";
import { ruleStateOf } from "../../../scripts/engine/rule-state";
import { claimedCopies } from "./own-copies";
import { fateOf } from "./snapshot-copy";

/**
 * Removes a copy that a run started too late, after another run had taken over. The copy is kept if the other run has no copy of its
 * own and may continue with this one: while that run is in progress, or if it may have verified the copy.
 * @param description of the late request; no other request has it, and it was written long before the copy was started
 */
export async function takeBackCopy(
  context: RunContext,
  node: CopyNode,
  sourceId: string,
  description: string,
): Promise<void> {
  const { clock, settings, holding, topology } = context;
  const aws = holding.unfenced;
  await clock.sleep(settings.settleSeconds);
  const [{ ours, others }, intent] = await Promise.all([
    claimedCopies({ aws, topology }, node, sourceId),
    readIntent(ruleStateOf(topology, aws, node.rule)),
  ]);
  const isAtWork = intent?.sourceImageId === sourceId;
  const mine = [...ours, ...others].filter(({ snapshot }) => snapshot.description === description);
  const isReplaced = ours.some((copy) => !mine.includes(copy) && fateOf(copy) !== "dead");
  for (const copy of mine) {
    const mayBeVerified = node.role === "final" && fateOf(copy) === "available";
    if (isReplaced || !(isAtWork || mayBeVerified)) await aws.images(node.place).deleteSnapshot(copy.id);
  }
}
