import { must } from "../../core/must";
import type { Rule, Topology } from "../../topology";
import type { AwsAccess } from "../aws";
import { ruleStateOf } from "../engine/rule-state";
import type { Clock } from "../engine/clock";
import { concurrently } from "../engine/concurrently";
import type { StepContext } from "../engine/context";
import { isInterrupted, PreflightRefused } from "../engine/errors";
import type { EventSink } from "../engine/events";
import { explain } from "../engine/explain";
import { readHold, takeBackHold, writeHold, type Hold } from "../engine/hold";
import type { Journal } from "../engine/journal";
import { orTakenBack } from "../engine/late";
import type { LeaseKeeper } from "../engine/lease-record";
import type { ManifestJob } from "../engine/results";
import type { Settings } from "../engine/settings";
import { eventWriter } from "../engine/event-writer";
import { withLeases } from "../engine/with-leases";
import { publish } from "../steps/publish";
import { manifest } from "./manifest";
import { prepare, readRequest, type Destination, type RollbackRequest } from "./rollback-plan";
import type { RunResult } from "./run";

export interface RollbackInput {
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
  readonly request: RollbackRequest;
}

/**
 * Points the published parameter of a rule back at the previous verified copy in every destination, and holds the newer one
 * back: a run does not publish it until the rule carries another source image, or the user ends the rollback. A repeated
 * rollback does not go further back.
 * @throws PreflightRefused with every reason, before anything is written
 * @throws KeyferryError `LeaseHeld` when a run works on the rule
 */
export async function rollback(input: RollbackInput): Promise<RunResult> {
  const { topology, aws, clock, settings, keeper, request } = input;
  const { rule } = readRequest(topology, request);
  const look = { topology, aws, clock };
  return withLeases(look, [rule], keeper, input.signal, async (under) => {
    const { plan, destinations } = await prepare(look, request);
    const { heldBack, showing } = plan;
    if (plan.refusals.length > 0 || heldBack === undefined || showing === undefined) {
      throw new PreflightRefused(plan.refusals);
    }
    const { run } = keeper.me;
    const emit = eventWriter({ run, clock, journal: input.journal, listener: input.listener });
    const context: StepContext = { ...look, ...under, settings, emit };
    emit({ code: "RollbackStarted", topology: topology.name, run, rule: rule.name, heldBack, showing });
    await hold(context, rule, request, { run, at: clock.now().toISOString(), heldBack, showing });
    const jobs = await concurrently(destinations, (destination) => goBack(context, destination));
    const done = jobs.filter(({ state }) => state === "done").length;
    const isStopped = jobs.some(({ state }) => state === "not-done");
    emit(
      isStopped ? { code: "Interrupted" } : { code: "RunFinished", run, done, failed: jobs.length - done },
    );
    const { name } = must(destinations[0]?.target, `an earlier copy of ${rule.name}`);
    const { account, region } = rule.from;
    const image = {
      rule: rule.name,
      sourceImageId: showing,
      sourceImageName: name,
      sourceAccount: account.id,
      sourceRegion: region,
      rolledBackFrom: heldBack,
      jobs,
    };
    return {
      manifest: manifest(topology, run, clock.now(), [image]),
      state: isStopped ? "interrupted" : done === jobs.length ? "done" : "failed",
    };
  });
}

/** The hold is written first: even if this rollback fails, no run publishes the newer copy in the meantime. */
async function hold(
  context: StepContext,
  rule: Rule,
  { accounts }: RollbackRequest,
  found: Hold,
): Promise<void> {
  const ruleState = ruleStateOf(context.topology, context.aws, rule);
  const earlier = await readHold(ruleState);
  const isSame = earlier?.heldBack === found.heldBack;
  const ids = accounts?.map(
    (name) =>
      must(
        context.topology.accounts.find((account) => account.name === name),
        `account ${name}`,
      ).id,
  );
  // A rollback of more accounts extends the existing one, and a rollback of all accounts is never narrowed.
  const all = isSame && earlier.accounts === undefined ? undefined : ids;
  const joined =
    all === undefined ? undefined : [...new Set([...(isSame ? (earlier.accounts ?? []) : []), ...all])];
  await orTakenBack(
    () => writeHold(ruleState, { ...found, ...(joined === undefined ? {} : { accounts: joined.sort() }) }),
    () => takeBackHold(ruleStateOf(context.topology, context.holding.unfenced, rule), found.run),
  );
}

async function goBack(context: StepContext, destination: Destination): Promise<ManifestJob> {
  const { node, target, snapshots } = destination;
  const { account, region } = node.place;
  const id = `${node.rule.name} -> ${account.name} ${region}`;
  const job = { id, account: account.id, region };
  const { id: imageId } = must(target, `the earlier copy of ${node.id}`);
  const keyArn = must(destination.keyArn, `the key of ${node.id}`);
  try {
    await publish(context, node, imageId);
  } catch (error) {
    if (isInterrupted(error)) return { ...job, state: "not-done" };
    const explanation = await explain(context, error, node.id);
    context.emit({ code: "TaskFailed", task: node.id, explanation });
    return { ...job, state: "failed", reason: [explanation.reason, ...explanation.fixes].join("; ") };
  }
  return {
    ...job,
    state: "done",
    imageId,
    snapshots: snapshots.map(({ snapshotId, sizeGiB }) => ({ snapshotId, sizeGiB, keyArn })),
    ...(node.rule.publishTo === undefined ? {} : { parameter: node.rule.publishTo }),
  };
}
