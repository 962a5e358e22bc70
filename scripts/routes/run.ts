import type { CopyGraph, CopyNode, ImageRule, Selection, Topology } from "../../topology";
import type { AwsAccess, ImageView } from "../aws";
import { ruleStateOf } from "../engine/rule-state";
import { momentOf, secondsAtMost, type Clock } from "../engine/clock";
import { concurrently } from "../engine/concurrently";
import { copyQuotas } from "../engine/copy-quotas";
import type { RunContext } from "../engine/context";
import { PreflightRefused, type Refusal } from "../engine/errors";
import type { EventSink, RunEvent } from "../engine/events";
import { explain } from "../engine/explain";
import { runTasks, type Outcome, type Task } from "../engine/graph-runner";
import { isHeld, readHold, removeHold, type Hold } from "../engine/hold";
import { readIntent, removeIntent, takeBackIntent, writeIntent, type Intent } from "../engine/intent";
import type { Journal } from "../engine/journal";
import { orTakenBack } from "../engine/late";
import type { LeaseKeeper } from "../engine/lease-record";
import { CopyPollers } from "../engine/poller";
import type { Manifest } from "../engine/results";
import type { Settings } from "../engine/settings";
import { sharerOf } from "../engine/share-record";
import { Slots } from "../engine/slots";
import { eventWriter } from "../engine/event-writer";
import { withLeases } from "../engine/with-leases";
import { withdrawShare } from "../steps/withdraw-share";
import { copyImageTasks, isRetirement, type FinishedCopy, type RuleToRun } from "./copy-image";
import { Durations } from "./duration";
import { manifest, manifestImage } from "./manifest";
import { inspect, inspectRule, type RuleInspection } from "./preflight";
import { survey, type Standing } from "./survey";

export interface RunInput {
  readonly topology: Topology;
  readonly aws: AwsAccess;
  readonly clock: Clock;
  readonly settings: Settings;
  readonly journal: Journal;
  readonly keeper: LeaseKeeper;
  /** Told everything that happens, after it has been written to the journal. */
  readonly listener: EventSink;
  /** Aborted by the user's Ctrl-C. */
  readonly signal: AbortSignal;
  /** Give up the source image that an unfinished run has pinned. @default false */
  readonly repin?: boolean;
  /** The copy jobs that are done. @default - all of them */
  readonly only?: Selection;
  /** Names of rules whose rollback ends: their newest copies are published again. @default [] */
  readonly publish?: readonly string[];
}

export interface RunResult {
  readonly manifest: Manifest;
  readonly state: "done" | "failed" | "interrupted";
}

/** How old what was seen without the lease may be; others may have done a whole run since. */
const FRESH_SECONDS = 10;

/** A rule that has passed its preconditions. */
interface ReadyRule extends RuleToRun {
  readonly rule: ImageRule;
  /** The intent as it is written; all that resume the run go by it. */
  readonly written: Intent;
}

/**
 * Carries every image of the topology to every destination, from wherever an earlier run stopped.
 * @throws PreflightRefused with every reason, before anything is written
 * @throws KeyferryError `LeaseHeld` when another run works on a rule
 */
export async function run(input: RunInput): Promise<RunResult> {
  const { topology, aws, clock, journal, keeper } = input;
  const runId = keeper.me.run;
  const durations = new Durations(journal.past);
  const emit = eventWriter({
    run: runId,
    clock,
    journal,
    listener: (event) => {
      durations.hear(event);
      input.listener(event);
    },
  });
  const { only } = input;
  const look = { topology, aws, ...(only === undefined ? {} : { only }) };
  const lookedAt = momentOf(clock);
  const first = await inspect(look, input.repin);
  if (first.refusals.length > 0) throw new PreflightRefused(first.refusals);
  const restricted = only === undefined ? {} : { only: only.words };
  emit({ code: "RunStarted", topology: topology.name, run: runId, ...restricted });

  return withLeases(
    look,
    first.rules.map(({ rule }) => rule),
    keeper,
    input.signal,
    async ({ aws: fencedAws, holding, signal }) => {
      const context: RunContext = {
        ...look,
        aws: fencedAws,
        holding,
        run: runId,
        clock,
        settings: input.settings,
        emit,
        past: journal.past,
        pollers: new CopyPollers(aws, clock, input.settings, signal),
        signal,
      };
      const isFresh = secondsAtMost(clock, lookedAt) <= FRESH_SECONDS;
      const looks = await concurrently(first.rules, (seen) => lookAgain(context, seen, isFresh, input));
      const refusals = looks.flatMap((look) => look.refusals);
      if (refusals.length > 0) throw new PreflightRefused(refusals);
      const seen = looks.flatMap((look) => look.seen ?? []);
      for (const rule of seen) tellWhatWaits(context, rule);
      const ready = await concurrently(seen, (rule) => pin(context, rule, input));
      for (const rule of ready) tellPlan(context, rule);
      return work(context, longestFirst(ready), durations);
    },
    ({ owner, because }, rules) => {
      for (const { name } of rules) emit({ code: "LeaseTakenOver", rule: name, from: owner, because });
    },
  );
}

/** A rule as it is seen under its lease. */
interface SeenRule extends Pick<ReadyRule, "rule" | "image" | "graph" | "keyArns"> {
  /** What the rule would carry if nothing were pinned. @default - the same */
  readonly newer?: ImageView;
  /** What an unfinished run has pinned, whether this one goes on from it or gives it up. */
  readonly pinned: Intent | undefined;
  readonly hold: Hold | undefined;
}

/** Looks at a rule under its lease, so that what others did before counts. Reads only. */
async function lookAgain(
  context: RunContext,
  before: RuleInspection,
  isFresh: boolean,
  { repin }: Pick<RunInput, "repin">,
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
  return { refusals, seen: { rule, image, graph, keyArns, ...waiting, pinned, hold } };
}

/** The user's choice: to finish what is pinned, as this run does, or to give it up. */
function tellWhatWaits(context: RunContext, { rule, image, pinned, newer }: SeenRule): void {
  if (pinned === undefined || newer === undefined) return;
  context.emit({
    code: "NewerImageWaits",
    rule: rule.name,
    imageId: image.imageId,
    since: pinned.startedAt,
    newer: newer.imageId,
    newerName: newer.name,
  });
}

/** Fixes the source image for this run and those that resume it. */
async function pin(
  context: RunContext,
  { rule, image, graph, keyArns, pinned, hold }: SeenRule,
  { repin, publish }: Pick<RunInput, "repin" | "publish">,
): Promise<ReadyRule> {
  const resumed = repin !== true && pinned !== undefined;
  if (!resumed && pinned !== undefined) await giveUp(context, rule, pinned);
  const intent = meaning(
    graph,
    resumed
      ? pinned
      : {
          run: context.run,
          startedAt: context.clock.now().toISOString(),
          sourceImageId: image.imageId,
          snapshotIds: image.volumes.map(({ snapshotId }) => snapshotId),
          jobs: [],
        },
  );
  if (!resumed || intent.jobs?.length !== pinned.jobs?.length) await rewriteIntent(context, rule, intent);
  const isMeant = ({ id, role }: CopyNode) => role === "final" && (intent.jobs?.includes(id) ?? true);
  const ends = hold !== undefined && publish?.includes(rule.name) === true;
  if (ends) await endRollback(context, rule, hold);
  const mayHaveLeft = pinned !== undefined;
  return {
    rule,
    image,
    graph,
    keyArns,
    intent: resumed ? pinned.run : context.run,
    written: intent,
    awaited: graph.leftOut.filter(isMeant),
    resumed,
    mayHaveLeft,
    ...(hold === undefined || ends ? {} : { hold }),
  };
}

/** Writes what is meant now; taken back where others had taken over before that was known. */
function rewriteIntent(context: RunContext, rule: ImageRule, intent: Intent): Promise<void> {
  const { topology, aws, holding } = context;
  return orTakenBack(
    () => writeIntent(ruleStateOf(topology, aws, rule), intent),
    () => takeBackIntent(ruleStateOf(topology, holding.unfenced, rule), intent.run),
  );
}

/** The intent of a run of these jobs as well: what is meant is finished before another image is carried. */
function meaning({ nodes, leftOut }: CopyGraph, { jobs, ...intent }: Intent): Intent {
  if (jobs === undefined || leftOut.length === 0) return intent;
  const selected = nodes.filter(({ role }) => role === "final").map(({ id }) => id);
  return { ...intent, jobs: [...new Set([...jobs, ...selected])] };
}

/** Withdraws what an unfinished run has shared, while the intent still says what that may be. */
async function giveUp(
  context: RunContext,
  rule: ImageRule,
  { sourceImageId, snapshotIds = [] }: Intent,
): Promise<void> {
  // What it has recorded last may not be described yet.
  await context.clock.sleep(context.settings.settleSeconds);
  const volumes = snapshotIds.map((snapshotId) => ({ snapshotId }));
  const given = { imageId: sourceImageId, volumes };
  await withdrawShare(context, rule.from, given, sharerOf(context.topology, rule));
}

async function endRollback(context: RunContext, rule: ImageRule, { heldBack }: Hold): Promise<void> {
  await removeHold(ruleStateOf(context.topology, context.aws, rule));
  context.emit({ code: "RollbackEnded", rule: rule.name, heldBack });
}

function tellPlan(context: RunContext, { rule, image, graph, resumed }: ReadyRule): void {
  context.emit({ code: "SourcePinned", rule: rule.name, imageId: image.imageId, name: image.name, resumed });
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
    madeFrom: node.madeFrom.kind === "source" ? source.imageId : node.madeFrom.id,
    sizeGiB: source.snapshots.reduce((sum, snapshot) => sum + snapshot.sizeGiB, 0),
  };
}

const GIB = 1024 ** 3;

/** Copies of large images take long, and a long one that begins last holds up the end of the whole run. */
function longestFirst(rules: readonly ReadyRule[]): readonly ReadyRule[] {
  const sizeOf = ({ graph }: ReadyRule) =>
    graph.source.snapshots.reduce((sum, { dataBytes, sizeGiB }) => sum + (dataBytes ?? sizeGiB * GIB), 0);
  return [...rules].sort((a, b) => sizeOf(b) - sizeOf(a));
}

async function work(
  context: RunContext,
  pinned: readonly ReadyRule[],
  durations: Durations,
): Promise<RunResult> {
  const finished = new Map<string, FinishedCopy>();
  const failures = new Map<string, string>();
  const told = new Set<string>();
  const tasks: Task[] = [];
  const ownTasks = new Map<string, readonly string[]>();
  const places = pinned.flatMap(({ graph }) => graph.nodes.map(({ place }) => place));
  const [stands, quotas] = await Promise.all([
    survey(context, pinned),
    copyQuotas(context, places, context.settings),
  ]);
  const slots = new Slots(context.clock, context.settings, context.signal, quotas);
  const rules = pinned.map((ready) => ({
    ...ready,
    awaited: ready.awaited.filter((node) => !isThere(ready, node, stands.get(node.id))),
  }));
  for (const ready of rules) {
    const onFinished = (copy: FinishedCopy) => finished.set(copy.node.id, copy);
    const own = copyImageTasks(context, ready, slots, stands, onFinished, tellOnce);
    ownTasks.set(
      ready.rule.name,
      own.map((task) => task.id).filter((id) => !isRetirement(id)),
    );
    tasks.push(...own);
  }

  const outcomes = await runTasks(tasks, context.signal, ({ id }, outcome) => report(id, outcome));

  const isDone = (id: string) => outcomes.get(id)?.state === "done";
  const done = rules.filter(({ rule }) => (ownTasks.get(rule.name) ?? []).every(isDone));
  const closings = await concurrently(done, close);
  const state = stateOf([...outcomes.values(), ...closings]);
  if (state === "interrupted") context.emit({ code: "Interrupted" });
  const images = rules.map(({ graph }) => manifestImage(graph, (nodeId) => resultOf(nodeId)));
  const jobs = images.flatMap((image) => image.jobs);
  const arrived = jobs.filter((job) => job.state === "done").length;
  if (state !== "interrupted") {
    context.emit({ code: "RunFinished", run: context.run, done: arrived, failed: jobs.length - arrived });
  }
  const result = manifest(context.topology, context.run, context.clock.now(), images);
  const restricted = context.only === undefined ? {} : { only: context.only.words };
  return { manifest: { ...result, ...restricted }, state };

  /** Many copies of an account and Region hear of the same. */
  function tellOnce(use: Refusal): void {
    const id = JSON.stringify(use);
    if (told.has(id)) return;
    told.add(id);
    context.emit({ code: "UseUnclear", ...use });
  }

  /**
   * A rule of which everything that was meant exists is not resumed. Where that cannot be written down, what exists is
   * told all the same.
   */
  async function close({ rule, hold, graph, written, awaited }: ReadyRule): Promise<Outcome> {
    try {
      const ruleState = ruleStateOf(context.topology, context.aws, rule);
      if (awaited.length > 0) {
        await rewriteIntent(context, rule, { ...written, jobs: awaited.map(({ id }) => id) });
        return { state: "done" };
      }
      await removeIntent(ruleState);
      // Where only some jobs are done, the others still show what the rollback shows.
      if (graph.leftOut.length > 0) return { state: "done" };
      // What was held back is not what the rule carries any more, and something newer is published.
      if (hold !== undefined && hold.heldBack !== graph.source.imageId)
        await endRollback(context, rule, hold);
      return { state: "done" };
    } catch (error) {
      const outcome: Outcome = { state: "failed", error };
      await report(`${rule.name}/close`, outcome);
      return outcome;
    }
  }

  async function report(task: string, outcome: Outcome): Promise<void> {
    if (outcome.state === "skipped") {
      failures.set(task, `not begun, because ${outcome.because} failed`);
      context.emit({ code: "TaskSkipped", task, because: outcome.because });
    }
    if (outcome.state !== "failed") return;
    const explanation = await explain(context, outcome.error, task);
    failures.set(task, [explanation.reason, ...explanation.fixes].join("; "));
    context.emit({ code: "TaskFailed", task, explanation });
  }

  function resultOf(nodeId: string) {
    const copy = finished.get(nodeId);
    const failure = failures.get(nodeId);
    const seconds = copy === undefined ? undefined : durations.of(copy.image.imageId);
    return {
      ...(copy === undefined ? {} : { finished: copy }),
      ...(failure === undefined ? {} : { failure }),
      ...(seconds === undefined ? {} : { durationSeconds: seconds }),
    };
  }
}

/** Whether a copy is available, and shown unless a rollback holds it back. */
function isThere({ rule, graph, hold }: ReadyRule, node: CopyNode, found: Standing | undefined): boolean {
  if (found?.living?.state !== "available") return false;
  const isShown = rule.publishTo === undefined || found.shown === found.living.imageId;
  return isShown || isHeld(hold, node, graph.source.imageId);
}

function stateOf(outcomes: readonly Outcome[]): RunResult["state"] {
  if (outcomes.some((outcome) => outcome.state === "interrupted")) return "interrupted";
  return outcomes.every((outcome) => outcome.state === "done") ? "done" : "failed";
}
