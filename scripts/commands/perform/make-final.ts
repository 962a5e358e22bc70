import type { CopyNode } from "../../../topology";
import type { RunContext } from "../../engine/context";
import { isHeld } from "../../engine/hold";
import { publish } from "../../steps/publish";
import { completeAndVerifyCopy } from "../../steps/verify-copy";
import { copySourceOf } from "./copy-source";
import { makeCopy, type MadeCopy } from "./make-copy";
import { keyArnOf, stateOf, type RuleProgress } from "./progress";

/**
 * Makes a node's copy, or continues with the existing one.
 * @throws AwsCallError if AWS denied reading it: only this copy fails
 */
export async function makeNode(
  context: RunContext,
  progress: RuleProgress,
  node: CopyNode,
): Promise<MadeCopy> {
  const state = stateOf(progress, node);
  if (state.unread?.error !== undefined) throw state.unread.error;
  const source = () => copySourceOf(progress, node);
  const copy = await makeCopy(
    context,
    progress.rule.kind,
    progress.slots,
    node,
    state,
    source,
    keyArnOf(progress, node),
  );
  progress.made.set(node.id, copy);
  return copy;
}

/** Makes, completes, verifies and publishes a final copy. */
export async function makeFinal(context: RunContext, progress: RuleProgress, node: CopyNode): Promise<void> {
  const { copy, snapshots, attempt } = await makeNode(context, progress, node);
  const { kind, graph } = progress.rule;
  const { source } = graph;
  const keyArn = keyArnOf(progress, node);
  const asMade = snapshots === undefined ? undefined : { copy, snapshots };
  const seen = asMade ?? stateOf(progress, node).examined?.shown;
  const proved = await completeAndVerifyCopy(context, kind, node, source, copy.id, keyArn, seen);
  context.emit({
    code: "CopyVerified",
    node: node.id,
    imageId: copy.id,
    keyArn,
    snapshots: proved.snapshots.length,
  });
  const isHeldBack = await publishUnlessHeld(context, progress, node, copy.id);
  progress.finished.set(node.id, { node, ...proved, keyArn, attempt, isHeldBack });
}

/** @returns whether a rollback keeps it from being published */
async function publishUnlessHeld(
  context: RunContext,
  progress: RuleProgress,
  node: CopyNode,
  imageId: string,
): Promise<boolean> {
  const { hold, graph } = progress.rule;
  const parameter = node.rule.publishTo;
  if (parameter === undefined || !isHeld(hold, node, graph.source.id)) {
    await publish(context, node, imageId, { shown: stateOf(progress, node).shown });
    return false;
  }
  const { showing } = hold;
  context.emit({ code: "PublicationHeld", node: node.id, parameter, imageId, showing });
  return true;
}
