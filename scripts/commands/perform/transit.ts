import type { CopyNode } from "../../../topology";
import type { RunContext } from "../../engine/context";
import { isInterrupted } from "../../engine/errors";
import { dependants, type EndTransit, type ShareTransit } from "../../planning/actions";
import { removeCopy } from "../../steps/remove-copy";
import { removeAllTransit } from "../../steps/remove-transit";
import { shareCopy, shareTransit } from "../../steps/share-copy";
import { sharingOf } from "../../steps/sharing-of";
import { withdrawShare } from "../../steps/withdraw-share";
import { stateOf, type RuleProgress } from "./progress";

/** Shares a transit copy with the accounts that copy from it. */
export async function shareTransitCopy(
  context: RunContext,
  progress: RuleProgress,
  { node, accounts }: ShareTransit,
): Promise<void> {
  const copied = progress.made.get(node.id)?.copy;
  if (copied === undefined || accounts.length === 0) return;
  const { rule, sharer, recorded } = progress;
  const sharing = sharingOf(rule.kind, node.place);
  const shareable = rule.kind.shareableOf(copied);
  // The share of an existing transit copy was withdrawn with its record, or was made for other accounts.
  if (stateOf(progress, node).living === undefined) await shareTransit(context, sharing, shareable, accounts);
  else await shareCopy(context, sharing, shareable, accounts, sharer, recorded);
}

/** A deleted copy is not shared; the shares of a copy that cannot be removed are also withdrawn. */
export async function endTransit(
  context: RunContext,
  progress: RuleProgress,
  { node, isAwaited }: EndTransit,
): Promise<void> {
  const { rule, made, finished } = progress;
  const isNeeded = isAwaited || dependants(node, rule.graph.nodes).some(({ id }) => !finished.has(id));
  if (isNeeded) return withdraw(context, progress, node);
  const { living, dead, former } = stateOf(progress, node);
  const mayBeMore = rule.mayHaveLeft || living !== undefined || dead.length + former.length > 0;
  try {
    const copied = made.get(node.id)?.copy;
    if (copied === undefined || mayBeMore) await removeAllTransit(context, rule.kind, node);
    else await removeCopy(context, rule.kind, node, copied, "transit");
  } catch (error) {
    // The error that prevents the removal is the one to report.
    if (!isInterrupted(error)) await withdraw(context, progress, node).catch(() => undefined);
    throw error;
  }
}

async function withdraw(context: RunContext, progress: RuleProgress, node: CopyNode): Promise<void> {
  const { rule, sharer, recorded } = progress;
  const { kind } = rule;
  const { ours } = await kind.claimedCopies(context, node);
  for (const current of ours)
    await withdrawShare(context, sharingOf(kind, node.place), kind.shareableOf(current), sharer, recorded);
}
