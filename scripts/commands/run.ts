import type { Selection, Topology } from "../../topology";
import type { AwsAccess } from "../aws";
import { momentOf, secondsAtMost, type Clock } from "../engine/clock";
import { concurrently } from "../engine/concurrently";
import type { RunContext } from "../engine/context";
import { PreflightRefused } from "../engine/errors";
import { eventWriter } from "../engine/event-writer";
import type { EventSink } from "../engine/events";
import type { Journal } from "../engine/journal";
import type { LeaseKeeper } from "../engine/lease-record";
import { CopyPollers } from "../engine/poller";
import type { Manifest } from "../engine/results";
import type { Settings } from "../engine/settings";
import { withLeases } from "../engine/with-leases";
import { Durations } from "./duration";
import { manifest, manifestImage, type JobResult } from "./manifest";
import {
  pinSource,
  readUnderLease,
  tellGraph,
  tellWhatWaits,
  type PinnedRule,
  type PinOptions,
} from "./pin-source";
import { inspect } from "./preflight";
import { runActions, type RunOutcome } from "./run-actions";

export interface RunInput extends PinOptions {
  readonly topology: Topology;
  readonly aws: AwsAccess;
  readonly clock: Clock;
  readonly settings: Settings;
  readonly journal: Journal;
  readonly keeper: LeaseKeeper;
  /** Called for every event, after it was written to the journal. */
  readonly listener: EventSink;
  /** Aborted by the user's Ctrl-C. */
  readonly signal: AbortSignal;
  /** The copy jobs to run. @default - all of them */
  readonly only?: Selection;
  /** How long to wait for another run of the same source accounts and Regions to end. @default 0 */
  readonly waitSeconds?: number;
}

export interface RunResult {
  readonly manifest: Manifest;
  readonly state: RunOutcome["state"];
}

/** The maximum age of what was read without the lease; another run may have completed since. */
const FRESH_SECONDS = 10;

/**
 * Carries every image of the topology to every destination, from the point at which an earlier run stopped.
 * @throws PreflightRefused with every reason, before anything is written
 * @throws KeyferryError `LeaseHeld` when another run works on a rule, or still does at the end of the wait
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
      const looks = await concurrently(first.rules, (seen) => readUnderLease(context, seen, isFresh, input));
      const refusals = looks.flatMap((look) => look.refusals);
      if (refusals.length > 0) throw new PreflightRefused(refusals);
      const seen = looks.flatMap((look) => look.seen ?? []);
      for (const rule of seen) tellWhatWaits(context, rule);
      const ready = await concurrently(seen, (rule) => pinSource(context, rule, input));
      for (const rule of ready) tellGraph(context, rule);
      return carry(context, longestFirst(ready), durations);
    },
    {
      ...(input.waitSeconds === undefined ? {} : { waitSeconds: input.waitSeconds }),
      onWait: (rules, because) =>
        emit({ code: "LeaseAwaited", rules: rules.map(({ name }) => name), because }),
      onTaken: ({ owner, because }, rules) => {
        for (const { name } of rules) emit({ code: "LeaseTakenOver", rule: name, from: owner, because });
      },
    },
  );
}

const GIB = 1024 ** 3;

/** Copies of large images take long, and a long one that starts last delays the end of the whole run. */
function longestFirst(rules: readonly PinnedRule[]): readonly PinnedRule[] {
  const sizeOf = ({ graph }: PinnedRule) =>
    graph.source.snapshots.reduce((sum, { dataBytes, sizeGiB }) => sum + (dataBytes ?? sizeGiB * GIB), 0);
  return [...rules].sort((a, b) => sizeOf(b) - sizeOf(a));
}

/** Runs the actions of all rules and reports their results. */
async function carry(
  context: RunContext,
  rules: readonly PinnedRule[],
  durations: Durations,
): Promise<RunResult> {
  const { state, finished, arrived, failures } = await runActions(context, rules);
  if (state === "interrupted") context.emit({ code: "Interrupted" });
  const images = rules.map(({ graph }) => manifestImage(graph, resultOf));
  const jobs = images.flatMap((image) => image.jobs);
  const done = jobs.filter((job) => job.state === "done").length;
  if (state !== "interrupted") {
    context.emit({ code: "RunFinished", run: context.run, done, failed: jobs.length - done });
  }
  const result = manifest(context.topology, context.run, context.clock.now(), images);
  const restricted = context.only === undefined ? {} : { only: context.only.words };
  return { manifest: { ...result, ...restricted }, state };

  function resultOf(nodeId: string): JobResult {
    const copy = finished.get(nodeId);
    const failure = failures.get(nodeId);
    const shared = arrived.get(nodeId);
    const seconds = copy === undefined ? undefined : durations.of(copy.copy.id);
    return {
      ...(copy === undefined ? {} : { finished: copy }),
      ...(failure === undefined ? {} : { failure }),
      ...(shared === undefined ? {} : { shared }),
      ...(seconds === undefined ? {} : { durationSeconds: seconds }),
    };
  }
}
