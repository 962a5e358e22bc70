import type { CopyNode } from "../../../topology";
import type { RunContext } from "../../../scripts/engine/context";
import { readIntent } from "../../../scripts/engine/intent";
import { ruleStateOf } from "../../../scripts/engine/rule-state";
import { claimedCopies } from "./own-copies";
import { fateOf } from "./snapshot-copy";

/**
 * Removes a copy that a run has begun too late, after another one had taken over. It stays where that one has no copy of its
 * own and may go on with this one: while it is at work, or once it may have verified the copy.
 * @param description of the request that has left: no other has it, and it was written long before the copy was begun
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
