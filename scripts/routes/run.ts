import type { CopyGraph, CopyNode, Topology } from "../../topology";
import type { AwsAccess } from "../aws";
import { bookOf } from "../engine/bookkeeping";
import type { Clock } from "../engine/clock";
import type { RunContext } from "../engine/context";
import { PreflightRefused } from "../engine/errors";
import type { EventSink, RunEvent } from "../engine/events";
import { explain } from "../engine/explain";
import { runTasks, type Outcome, type Task } from "../engine/graph-runner";
import { readIntent, removeIntent, writeIntent } from "../engine/intent";
import type { Journal } from "../engine/journal";
import { keepLeases, takeLease, type HeldLease, type LeaseKeeper } from "../engine/lease";
import { placeLimiter } from "../engine/limiter";
import { CopyPollers } from "../engine/poller";
import type { Manifest } from "../engine/results";
import type { Settings } from "../engine/settings";
import { copyImageTasks, type FinishedCopy } from "./copy-image";
import { durationOf } from "./duration";
import { manifest, manifestImage } from "./manifest";
import { inspect, inspectRule, type RuleInspection } from "./preflight";

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
}

export interface RunResult {
  readonly manifest: Manifest;
  readonly state: "done" | "failed" | "interrupted";
}

/** A rule that has passed its preconditions, and the tasks that it has become. */
interface ReadyRule {
  readonly inspection: Required<Pick<RuleInspection, "rule" | "image" | "graph" | "keyArns">>;
  readonly resumed: boolean;
}

/**
 * Carries every image of the topology to every destination, from wherever an earlier run stopped.
 * @throws PreflightRefused with every reason, before anything is written
 * @throws KeyferryError `LeaseHeld` when another run works on a rule
 */
export async function run(input: RunInput): Promise<RunResult> {
  const { topology, aws, clock, journal, keeper } = input;
  const runId = keeper.me.run;
  const stop = new AbortController();
  const forward = () => stop.abort();
  if (input.signal.aborted) forward();
  input.signal.addEventListener("abort", forward, { once: true });
  const heard: RunEvent[] = [];
  const emit = (event: RunEvent) => {
    const at = clock.now().toISOString();
    if (event.code !== "CopyProgressed") journal.append({ at, run: runId, event });
    heard.push(event);
    input.listener(event);
  };
  const context: RunContext = {
    topology,
    aws,
    run: runId,
    clock,
    settings: input.settings,
    emit,
    past: journal.past,
    pollers: new CopyPollers(aws, clock, input.settings, stop.signal),
    signal: stop.signal,
  };

  const first = await inspect(context, input.repin);
  if (first.refusals.length > 0) throw new PreflightRefused(first.refusals);
  emit({ code: "RunStarted", topology: topology.name, run: runId });

  const leases: HeldLease[] = [];
  const keeping = new AbortController();
  let lost: unknown;
  let renewal: Promise<void> = Promise.resolve();
  try {
    for (const { rule } of first.rules) {
      const lease = await takeLease(bookOf(topology, aws, rule), keeper);
      leases.push(lease);
      if (lease.takenFrom === undefined) continue;
      emit({
        code: "LeaseTakenOver",
        rule: rule.name,
        from: lease.takenFrom.owner,
        because: lease.takenFrom.because,
      });
    }
    renewal = keepLeases(leases, keeper, keeping.signal, (error) => {
      lost = error;
      stop.abort();
    });
    const ready: ReadyRule[] = [];
    for (const inspection of first.rules) ready.push(await pin(context, inspection, input.repin === true));
    const result = await work(context, ready, heard);
    if (lost !== undefined) throw lost;
    return result;
  } finally {
    input.signal.removeEventListener("abort", forward);
    keeping.abort();
    await renewal;
    for (const lease of leases) await releaseQuietly(lease);
  }
}

/** What the run has found matters more than a lease that expires by itself. */
async function releaseQuietly(lease: HeldLease): Promise<void> {
  try {
    await lease.release();
  } catch {
    return;
  }
}

/** Fixes the source image for this run and those that resume it. Under the lease, so what others did counts. */
async function pin(context: RunContext, seen: RuleInspection, repin: boolean): Promise<ReadyRule> {
  const { rule } = seen;
  const book = bookOf(context.topology, context.aws, rule);
  const intent = repin ? undefined : await readIntent(book);
  const isSame = intent?.sourceImageId === seen.intent?.sourceImageId;
  const { refusals, image, graph, keyArns } = isSame ? seen : await inspectRule(context, rule);
  if (image === undefined || graph === undefined || refusals.length > 0) throw new PreflightRefused(refusals);
  const resumed = intent !== undefined;
  if (!resumed) {
    const startedAt = context.clock.now().toISOString();
    await writeIntent(book, { run: context.run, startedAt, sourceImageId: image.imageId });
  }
  context.emit({ code: "SourcePinned", rule: rule.name, imageId: image.imageId, name: image.name, resumed });
  context.emit({ code: "WayChosen", rule: rule.name, because: graph.because });
  for (const node of graph.nodes) context.emit(copyPlanned(graph, node));
  return { inspection: { rule, image, graph, keyArns }, resumed };
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

async function work(
  context: RunContext,
  rules: readonly ReadyRule[],
  heard: readonly RunEvent[],
): Promise<RunResult> {
  const limiter = placeLimiter(context.settings.maxCopiesPerPlace);
  const finished = new Map<string, FinishedCopy>();
  const failures = new Map<string, string>();
  const tasks: Task[] = [];
  const ownTasks = new Map<string, readonly string[]>();
  for (const { inspection, resumed } of rules) {
    const own = await copyImageTasks(context, { ...inspection, resumed }, limiter, (copy) =>
      finished.set(copy.node.id, copy),
    );
    ownTasks.set(
      inspection.rule.name,
      own.map((task) => task.id),
    );
    tasks.push(...own);
  }

  const outcomes = await runTasks(tasks, context.signal, (task, outcome) => report(task, outcome));

  for (const { inspection } of rules) {
    const own = ownTasks.get(inspection.rule.name) ?? [];
    const isDone = own.every((id) => outcomes.get(id)?.state === "done");
    if (isDone) await removeIntent(bookOf(context.topology, context.aws, inspection.rule));
  }
  const state = stateOf([...outcomes.values()]);
  if (state === "interrupted") context.emit({ code: "Interrupted" });
  const images = rules.map(({ inspection }) => manifestImage(inspection.graph, (nodeId) => resultOf(nodeId)));
  const jobs = images.flatMap((image) => image.jobs);
  const done = jobs.filter((job) => job.state === "done").length;
  if (state !== "interrupted") {
    context.emit({ code: "RunFinished", run: context.run, done, failed: jobs.length - done });
  }
  return { manifest: manifest(context.topology, context.run, context.clock.now(), images), state };

  async function report(task: Task, outcome: Outcome): Promise<void> {
    if (outcome.state === "skipped") {
      failures.set(task.id, `not begun, because ${outcome.because} failed`);
      context.emit({ code: "TaskSkipped", task: task.id, because: outcome.because });
    }
    if (outcome.state !== "failed") return;
    const explanation = await explain(context, outcome.error, task.id);
    failures.set(task.id, [explanation.reason, ...explanation.fixes].join("; "));
    context.emit({ code: "TaskFailed", task: task.id, explanation });
  }

  function resultOf(nodeId: string) {
    const copy = finished.get(nodeId);
    const failure = failures.get(nodeId);
    const seconds = copy === undefined ? undefined : durationOf(copy.image.imageId, heard, context.past);
    return {
      ...(copy === undefined ? {} : { finished: copy }),
      ...(failure === undefined ? {} : { failure }),
      ...(seconds === undefined ? {} : { durationSeconds: seconds }),
    };
  }
}

function stateOf(outcomes: readonly Outcome[]): RunResult["state"] {
  if (outcomes.some((outcome) => outcome.state === "interrupted")) return "interrupted";
  return outcomes.every((outcome) => outcome.state === "done") ? "done" : "failed";
}
