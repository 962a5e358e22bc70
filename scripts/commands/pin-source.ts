import type { CopyGraph, CopyNode, Rule } from "../../topology";
import type { Shareable } from "../../kinds/kind";
import { kindOf } from "../../kinds/registry";
import type { CopyView } from "../engine/copy";
import type { RunContext } from "../engine/context";
import type { Refusal } from "../engine/errors";
import type { RunEvent } from "../engine/events";
import { readHold, removeHold, type Hold } from "../engine/hold";
import { readIntent, takeBackIntent, writeIntent, type Intent } from "../engine/intent";
import { orTakenBack } from "../engine/late";
import { ruleStateOf } from "../engine/rule-state";
import { sharerOf } from "../engine/share-record";
import { meantCopies } from "../planning/rule-to-carry";
import { sharingOf } from "../steps/sharing-of";
import { withdrawShare } from "../steps/withdraw-share";
import type { RuleToRun } from "./perform";
import { inspectRule, type RuleInspection } from "./preflight";

/** What of the user's choices a rule's source depends on. */
export interface PinOptions {
  /** Give up the source image that an unfinished run has pinned. @default false */
  readonly repin?: boolean;
  /** Names of rules whose rollback ends: their newest copies are published again. @default [] */
  readonly publish?: readonly string[];
}

/** A rule that has passed its preconditions. */
export interface PinnedRule extends RuleToRun {
  readonly rule: Rule;
  /** The intent as it is written; all that resume the run go by it. */
  readonly written: Intent;
}

/** A rule as it is seen under its lease. */
export interface SeenRule extends Pick<PinnedRule, "rule" | "kind" | "original" | "graph" | "keyArns"> {
  /** What the rule would carry if nothing were pinned. @default - the same */
  readonly newer?: CopyView & { readonly name: string };
  /** What an unfinished run has pinned, whether this one goes on from it or gives it up. */
  readonly pinned: Intent | undefined;
  readonly hold: Hold | undefined;
}

/**
 * Reads a rule under its lease, so that what others did before counts. Reads only.
 * @param isFresh whether what was seen before may be believed where the intent is the same
 */
export async function readUnderLease(
  context: RunContext,
  before: RuleInspection,
  isFresh: boolean,
  { repin }: PinOptions,
): Promise<{ readonly refusals: readonly Refusal[]; readonly seen?: SeenRule }> {
  const ruleState = ruleStateOf(context.topology, context.aws, before.rule);
  const [pinned, hold] = await Promise.all([readIntent(ruleState), readHold(ruleState)]);
  const intent = repin === true ? undefined : pinned;
  const isSame = isFresh && intent?.sourceImageId === before.intent?.sourceImageId;
  const { rule, image, graph, keyArns, newer, refusals } = isSame
    ? before
    : await inspectRule(context, before.rule, repin === true);
  if (image === undefined || graph === undefined) return { refusals };
  const waiting = newer === undefined ? {} : { newer };
  return {
    refusals,
    seen: { rule, kind: kindOf(rule), original: image, graph, keyArns, ...waiting, pinned, hold },
  };
}

/** The user's choice: to finish what is pinned, as this run does, or to give it up. */
export function tellWhatWaits(context: RunContext, { rule, original, pinned, newer }: SeenRule): void {
  if (pinned === undefined || newer === undefined) return;
  context.emit({
    code: "NewerImageWaits",
    rule: rule.name,
    imageId: original.id,
    since: pinned.startedAt,
    newer: newer.id,
    newerName: newer.name,
  });
}

/** Fixes the source image for this run and those that resume it. */
export async function pinSource(
  context: RunContext,
  { rule, kind, original, graph, keyArns, pinned, hold }: SeenRule,
  { repin, publish }: PinOptions,
): Promise<PinnedRule> {
  const resumed = repin !== true && pinned !== undefined;
  if (!resumed && pinned !== undefined) await giveUp(context, rule, pinned);
  const intent = withSelected(graph, resumed ? pinned : newIntent(context, kind.shareableOf(original)));
  if (!resumed || intent.jobs?.length !== pinned.jobs?.length) await rewriteIntent(context, rule, intent);
  const ends = hold !== undefined && publish?.includes(rule.name) === true;
  if (ends) await endRollback(context, rule, hold);
  return {
    rule,
    kind,
    original,
    graph,
    keyArns,
    intent: resumed ? pinned.run : context.run,
    written: intent,
    meant: meantCopies(graph, resumed ? pinned : undefined),
    resumed,
    mayHaveLeft: pinned !== undefined,
    ...(hold === undefined || ends ? {} : { hold }),
  };
}

function newIntent(context: RunContext, { id, snapshotIds }: Shareable): Intent {
  return {
    run: context.run,
    startedAt: context.clock.now().toISOString(),
    sourceImageId: id,
    snapshotIds,
    jobs: [],
  };
}

/** The intent of a run of these jobs as well: what is meant is finished before another image is carried. */
function withSelected({ nodes, leftOut }: CopyGraph, { jobs, ...intent }: Intent): Intent {
  if (jobs === undefined || leftOut.length === 0) return intent;
  const selected = nodes.filter(({ role }) => role === "final").map(({ id }) => id);
  return { ...intent, jobs: [...new Set([...jobs, ...selected])] };
}

/** Writes what is meant now; taken back where others had taken over before that was known. */
export function rewriteIntent(context: RunContext, rule: Rule, intent: Intent): Promise<void> {
  const { topology, aws, holding } = context;
  return orTakenBack(
    () => writeIntent(ruleStateOf(topology, aws, rule), intent),
    () => takeBackIntent(ruleStateOf(topology, holding.unfenced, rule), intent.run),
  );
}

/** Withdraws what an unfinished run has shared, while the intent still says what that may be. */
async function giveUp(
  context: RunContext,
  rule: Rule,
  { sourceImageId, snapshotIds = [] }: Intent,
): Promise<void> {
  // What it has recorded last may not be described yet.
  await context.clock.sleep(context.settings.settleSeconds);
  const given = { id: sourceImageId, snapshotIds };
  const sharing = sharingOf(kindOf(rule), rule.from);
  await withdrawShare(context, sharing, given, sharerOf(context.topology, rule));
}

export async function endRollback(context: RunContext, rule: Rule, { heldBack }: Hold): Promise<void> {
  await removeHold(ruleStateOf(context.topology, context.aws, rule));
  context.emit({ code: "RollbackEnded", rule: rule.name, heldBack });
}

/** What the run carries, and by which way. */
export function tellGraph(context: RunContext, { rule, graph, resumed }: PinnedRule): void {
  context.emit({
    code: "SourcePinned",
    rule: rule.name,
    imageId: graph.source.id,
    name: graph.source.name,
    resumed,
  });
  context.emit({ code: "WayChosen", rule: rule.name, because: graph.because });
  for (const node of graph.nodes) context.emit(copyPlanned(graph, node));
}

function copyPlanned({ source }: CopyGraph, node: CopyNode): RunEvent {
  return {
    code: "CopyPlanned",
    node: node.id,
    role: node.role,
    account: node.place.account.name,
    region: node.place.region,
    madeFrom: node.madeFrom.kind === "source" ? source.id : node.madeFrom.id,
    sizeGiB: source.snapshots.reduce((sum, snapshot) => sum + snapshot.sizeGiB, 0),
  };
}
