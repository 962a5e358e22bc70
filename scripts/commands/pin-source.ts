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
import { intendedCopies } from "../planning/rule-to-carry";
import { sharingOf } from "../steps/sharing-of";
import { withdrawShare } from "../steps/withdraw-share";
import type { RuleToRun } from "./perform";
import { inspectRule, type RuleInspection } from "./preflight";

/** The user's options that determine a rule's source. */
export interface PinOptions {
  /** Discard the source image that an unfinished run pinned. @default false */
  readonly repin?: boolean;
  /** Names of rules whose rollback ends: their newest copies are published again. @default [] */
  readonly publish?: readonly string[];
}

/** A rule whose preconditions are met. */
export interface PinnedRule extends RuleToRun {
  readonly rule: Rule;
  /** The intent as written; every run that resumes follows it. */
  readonly written: Intent;
}

/** A rule as read under its lease. */
export interface SeenRule extends Pick<PinnedRule, "rule" | "kind" | "original" | "graph" | "keyArns"> {
  /** The source that the rule would carry if none were pinned. @default - the same */
  readonly newer?: CopyView & { readonly name: string };
  /** The source that an unfinished run pinned, whether this run continues with it or discards it. */
  readonly pinned: Intent | undefined;
  readonly hold: Hold | undefined;
}

/**
 * Reads a rule under its lease, so that earlier changes by others count. Reads only.
 * @param isFresh whether earlier reads may be used if the intent is the same
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

/** The user's choice: to finish the pinned source, as this run does, or to discard it. */
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

/** Pins the source image for this run and the runs that resume it. */
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
    meant: intendedCopies(graph, resumed ? pinned : undefined),
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

/** The intent, extended with the jobs of this run: an intent is finished before another image is carried. */
function withSelected({ nodes, leftOut }: CopyGraph, { jobs, ...intent }: Intent): Intent {
  if (jobs === undefined || leftOut.length === 0) return intent;
  const selected = nodes.filter(({ role }) => role === "final").map(({ id }) => id);
  return { ...intent, jobs: [...new Set([...jobs, ...selected])] };
}

/** Writes the new intent; undone if another process had taken over in the meantime. */
export function rewriteIntent(context: RunContext, rule: Rule, intent: Intent): Promise<void> {
  const { topology, aws, holding } = context;
  return orTakenBack(
    () => writeIntent(ruleStateOf(topology, aws, rule), intent),
    () => takeBackIntent(ruleStateOf(topology, holding.unfenced, rule), intent.run),
  );
}

/** Withdraws what an unfinished run shared, while the intent still lists it. */
async function giveUp(
  context: RunContext,
  rule: Rule,
  { sourceImageId, snapshotIds = [] }: Intent,
): Promise<void> {
  // AWS may not return its latest record yet.
  await context.clock.sleep(context.settings.settleSeconds);
  const given = { id: sourceImageId, snapshotIds };
  const sharing = sharingOf(kindOf(rule), rule.from);
  await withdrawShare(context, sharing, given, sharerOf(context.topology, rule));
}

export async function endRollback(context: RunContext, rule: Rule, { heldBack }: Hold): Promise<void> {
  await removeHold(ruleStateOf(context.topology, context.aws, rule));
  context.emit({ code: "RollbackEnded", rule: rule.name, heldBack });
}

/** What the run carries, and by which route. */
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
