import type { RunContext } from "../engine/context";
import { concurrently } from "../engine/concurrently";
import { copyQuotas } from "../engine/copy-quotas";
import { isInterrupted, type Refusal } from "../engine/errors";
import { explain } from "../engine/explain";
import { runTasks, type Outcome } from "../engine/graph-runner";
import { removeIntent } from "../engine/intent";
import { ruleStateOf } from "../engine/rule-state";
import { sharerOf } from "../engine/share-record";
import { Slots } from "../engine/slots";
import { actionsOf, awaitedCopies, type Action } from "../planning/actions";
import { assess, NO_COPY, nodesToAssess, type CopyStates } from "../planning/assess";
import { taskOf, type ArrivedShare, type FinishedCopy, type RuleProgress } from "./perform";
import { endRollback, rewriteIntent, type PinnedRule } from "./pin-source";

/** The results of a run's actions. */
export interface RunOutcome {
  readonly state: "done" | "failed" | "interrupted";
  /** Node id -> its finished copy. */
  readonly finished: ReadonlyMap<string, FinishedCopy>;
  /** Share node id -> the image that has arrived. */
  readonly arrived: ReadonlyMap<string, ArrivedShare>;
  /** Action id -> why it failed or was not started. */
  readonly failures: ReadonlyMap<string, string>;
}

/** A rule with its actions. */
interface RuleAtWork {
  readonly rule: PinnedRule;
  readonly progress: RuleProgress;
  readonly actions: readonly Action[];
}

/** Assesses the rules, chooses the actions as `plan` does, and executes them. */
export async function runActions(context: RunContext, pinned: readonly PinnedRule[]): Promise<RunOutcome> {
  const places = pinned.flatMap(({ graph }) => graph.nodes.map(({ place }) => place));
  const [states, quotas] = await Promise.all([
    assessSettled(context, pinned),
    copyQuotas(context, places, context.settings),
  ]);
  const slots = new Slots(context.clock, context.settings, context.signal, quotas);
  const onUnclear = eachOnce(context);
  const atWork = pinned.map((rule): RuleAtWork => ({
    rule,
    progress: {
      rule,
      states,
      slots,
      sharer: sharerOf(context.topology, rule.rule),
      made: new Map(),
      finished: new Map(),
      arrived: new Map(),
      recorded: new Map(),
      onUnclear,
    },
    actions: actionsOf(context.topology, rule, states),
  }));
  const tasks = atWork.flatMap(({ progress, actions }) =>
    actions.map((action) => taskOf(context, progress, action)),
  );
  const failures = new Map<string, string>();
  const report = reporter(context, failures);
  const outcomes = await runTasks(tasks, context.signal, ({ id }, outcome) => report(id, outcome));

  const isDone = ({ id }: Action) => outcomes.get(id)?.state === "done";
  // The image is complete even if old copies are not removed.
  const isComplete = ({ actions }: RuleAtWork) =>
    actions.filter((action) => action.do !== "retire").every(isDone);
  const closings = await concurrently(atWork.filter(isComplete), async ({ rule }) => {
    const closing = await close(context, rule, states);
    await report(`${rule.rule.name}/close`, closing);
    return closing;
  });
  const state = stateOf([...outcomes.values(), ...closings]);
  const finished = new Map(atWork.flatMap(({ progress }) => [...progress.finished]));
  const arrived = new Map(atWork.flatMap(({ progress }) => [...progress.arrived]));
  return { state, finished, arrived, failures };
}

/**
 * If an earlier run was interrupted, it may have started a copy that AWS does not return yet: a copy that is not found is
 * looked up once more, later.
 */
async function assessSettled(context: RunContext, rules: readonly PinnedRule[]): Promise<CopyStates> {
  const { clock, settings, signal, past } = context;
  const first = await assess(context, rules.flatMap(nodesToAssess), { past });
  const missing = rules
    .filter(({ resumed }) => resumed)
    .flatMap(nodesToAssess)
    .filter(({ node }) => (first.get(node.id) ?? NO_COPY).living === undefined);
  if (missing.length === 0) return first;
  try {
    await clock.sleep(settings.settleSeconds, signal);
  } catch (error) {
    // An interrupted run starts nothing, so it does not need the result.
    if (isInterrupted(error)) return first;
    throw error;
  }
  return new Map([...first, ...(await assess(context, missing, { past }))]);
}

/** Many copies of an account and Region report the same finding. */
function eachOnce(context: RunContext): (use: Refusal) => void {
  const reported = new Set<string>();
  return (use) => {
    const id = JSON.stringify(use);
    if (reported.has(id)) return;
    reported.add(id);
    context.emit({ code: "UseUnclear", ...use });
  };
}

function reporter(context: RunContext, failures: Map<string, string>) {
  return async (task: string, outcome: Outcome): Promise<void> => {
    if (outcome.state === "skipped") {
      failures.set(task, `not started, because ${outcome.because} failed`);
      context.emit({ code: "TaskSkipped", task, because: outcome.because });
    }
    if (outcome.state !== "failed") return;
    const explanation = await explain(context, outcome.error, task);
    failures.set(task, [explanation.reason, ...explanation.fixes].join("; "));
    context.emit({ code: "TaskFailed", task, explanation });
  };
}

/**
 * A rule whose intended copies all exist is not resumed. If this cannot be recorded, the existing copies are still
 * reported.
 */
async function close(context: RunContext, rule: PinnedRule, states: CopyStates): Promise<Outcome> {
  const { hold, graph, written } = rule;
  try {
    const awaited = awaitedCopies(rule, states);
    if (awaited.length > 0) {
      await rewriteIntent(context, rule.rule, { ...written, jobs: awaited.map(({ id }) => id) });
      return { state: "done" };
    }
    await removeIntent(ruleStateOf(context.topology, context.aws, rule.rule));
    // If only some jobs are done, the parameters of the others still show what the rollback published.
    if (graph.leftOut.length > 0) return { state: "done" };
    // The rule no longer carries the image that was held back, and something newer is published.
    if (hold !== undefined && hold.heldBack !== graph.source.id) await endRollback(context, rule.rule, hold);
    return { state: "done" };
  } catch (error) {
    return { state: "failed", error };
  }
}

function stateOf(outcomes: readonly Outcome[]): RunOutcome["state"] {
  if (outcomes.some((outcome) => outcome.state === "interrupted")) return "interrupted";
  return outcomes.every((outcome) => outcome.state === "done") ? "done" : "failed";
}
