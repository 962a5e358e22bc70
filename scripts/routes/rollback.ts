import { ConfigurationError } from "../../core/errors";
import { buildGraph, type CopyNode, type ImageRule, type Topology } from "../../topology";
import type { AwsAccess, ImageView, SnapshotView } from "../aws";
import { bookOf } from "../engine/bookkeeping";
import type { Clock } from "../engine/clock";
import { concurrently } from "../engine/concurrently";
import type { LookContext, StepContext } from "../engine/context";
import { isInterrupted, PreflightRefused, type Refusal } from "../engine/errors";
import type { EventSink, RunEvent } from "../engine/events";
import { explain } from "../engine/explain";
import { readHold, writeHold, type Hold } from "../engine/hold";
import type { Journal } from "../engine/journal";
import type { LeaseKeeper } from "../engine/lease";
import type { ManifestJob, RollbackPlan } from "../engine/results";
import type { Settings } from "../engine/settings";
import { withLeases } from "../engine/with-leases";
import { publishedCopies, sourceOf, unfitness, type PublishedCopies } from "../steps/earlier-copies";
import { publish } from "../steps/publish";
import { manifest } from "./manifest";
import type { RunResult } from "./run";

/** Which rule goes back, and where. */
export interface RollbackRequest {
  readonly rule: string;
  /** The user's names of accounts. @default - every destination */
  readonly accounts?: readonly string[];
}

export interface RollbackInput {
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
  readonly request: RollbackRequest;
}

/** One destination that goes back. */
interface Destination {
  readonly node: CopyNode;
  readonly published: PublishedCopies;
  readonly target?: ImageView;
  readonly snapshots: readonly SnapshotView[];
  readonly keyArn: string;
}

interface Prepared {
  readonly rule: ImageRule;
  readonly plan: RollbackPlan;
  readonly destinations: readonly Destination[];
}

/**
 * What a rollback would do. Reads only.
 * @throws ConfigurationError for a rule or account that the topology does not have
 */
export async function planRollback(context: LookContext, request: RollbackRequest): Promise<RollbackPlan> {
  return (await prepare(context, request)).plan;
}

/**
 * Points the published parameter of a rule back at the previous proved copy in every destination, and holds the newer one
 * back: a run does not publish it until the rule carries another source image, or the user ends the rollback. Repeated,
 * it goes no further back.
 * @throws PreflightRefused with every reason, before anything is written
 * @throws KeyferryError `LeaseHeld` when a run works on the rule
 */
export async function rollback(input: RollbackInput): Promise<RunResult> {
  const { topology, aws, clock, settings, keeper, request } = input;
  const { rule } = readRequest(topology, request);
  const look = { topology, aws, clock };
  return withLeases(look, [rule], keeper, input.signal, async (signal) => {
    const { plan, destinations } = await prepare(look, request);
    const { heldBack, showing } = plan;
    if (plan.refusals.length > 0 || heldBack === undefined || showing === undefined) {
      throw new PreflightRefused(plan.refusals);
    }
    const { run } = keeper.me;
    const emit = (event: RunEvent) => {
      input.journal.append({ at: clock.now().toISOString(), run, event });
      input.listener(event);
    };
    const context: StepContext = { ...look, settings, emit, signal };
    emit({ code: "RollbackStarted", topology: topology.name, run, rule: rule.name, heldBack, showing });
    await hold(context, rule, request, { run, at: clock.now().toISOString(), heldBack, showing });
    const jobs = await concurrently(destinations, (destination) => goBack(context, destination));
    const done = jobs.filter(({ state }) => state === "done").length;
    const isStopped = jobs.some(({ state }) => state === "not-done");
    emit(
      isStopped ? { code: "Interrupted" } : { code: "RunFinished", run, done, failed: jobs.length - done },
    );
    const name = destinations[0]?.target?.name ?? "";
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

/** The hold is written first: whatever becomes of this rollback, no run publishes the newer copy meanwhile. */
async function hold(
  context: LookContext,
  rule: ImageRule,
  { accounts }: RollbackRequest,
  found: Hold,
): Promise<void> {
  const book = bookOf(context.topology, context.aws, rule);
  const earlier = await readHold(book);
  const isSame = earlier?.heldBack === found.heldBack;
  const ids = accounts?.map(
    (name) => context.topology.accounts.find((account) => account.name === name)?.id ?? "",
  );
  // A rollback of more accounts widens the one that stands, and one of all of them is never narrowed.
  const all = isSame && earlier.accounts === undefined ? undefined : ids;
  const joined =
    all === undefined ? undefined : [...new Set([...(isSame ? (earlier.accounts ?? []) : []), ...all])];
  await writeHold(book, { ...found, ...(joined === undefined ? {} : { accounts: joined.sort() }) });
}

async function goBack(context: StepContext, destination: Destination): Promise<ManifestJob> {
  const { node, target, snapshots, keyArn } = destination;
  const { account, region } = node.place;
  const id = `${node.rule.name} -> ${account.name} ${region}`;
  const job = { id, account: account.id, region };
  const imageId = target?.imageId ?? "";
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

async function prepare(context: LookContext, request: RollbackRequest): Promise<Prepared> {
  const { rule, parameter, nodes } = readRequest(context.topology, request);
  const [held, published] = await Promise.all([
    readHold(bookOf(context.topology, context.aws, rule)),
    concurrently(nodes, async (node) => ({
      node,
      published: await publishedCopies(context, node, parameter),
    })),
  ]);
  const standing = isStanding(held, published) ? held : undefined;
  const heldBack = standing?.heldBack ?? newestShown(published.map((each) => each.published));
  const showing =
    standing?.showing ?? (heldBack === undefined ? undefined : commonEarlier(published, heldBack));
  const destinations = await concurrently(
    published,
    async ({ node, published: own }): Promise<Destination> => {
      const target = [own.current, ...own.earlier].find(
        (image) => image !== undefined && showing !== undefined && sourceOf(image) === showing,
      );
      const fitness = target === undefined ? undefined : await unfitness(context, node, target);
      return {
        node,
        published: own,
        ...(target === undefined || (fitness?.wrong.length ?? 0) > 0 ? {} : { target }),
        snapshots: fitness?.snapshots ?? [],
        keyArn: fitness?.keyArn ?? "",
      };
    },
  );
  const refusals = await concurrently(destinations, (destination) =>
    refusalOf(context, destination, parameter, showing, destinations),
  );
  const plan: RollbackPlan = {
    topology: context.topology.name,
    rule: rule.name,
    parameter,
    ...(heldBack === undefined ? {} : { heldBack }),
    ...(showing === undefined ? {} : { showing }),
    destinations: destinations.map(({ node, published: own, target }) => ({
      node: node.id,
      account: node.place.account.id,
      accountName: node.place.account.name,
      region: node.place.region,
      ...(own.shows === undefined ? {} : { shows: own.shows }),
      ...(target === undefined ? {} : { goesBackTo: target.imageId }),
    })),
    refusals: refusals.flat(),
  };
  return { rule, plan, destinations };
}

/** @throws ConfigurationError with everything that is wrong */
function readRequest(topology: Topology, { rule: name, accounts = [] }: RollbackRequest) {
  const rule = topology.images.find((candidate) => candidate.name === name);
  const known = [...new Set((rule?.to ?? []).map(({ account }) => account.name))];
  const problems = [
    ...(rule === undefined
      ? [
          {
            path: "--rollback",
            what: `the topology has no image "${name}"`,
            allowed: topology.images.map((image) => image.name).join(", "),
          },
        ]
      : []),
    ...(rule !== undefined && rule.publishTo === undefined
      ? [
          {
            path: "--rollback",
            what: `the image ${name} is not published, so there is nothing to go back`,
            fix: `set images.${name}.publishTo`,
          },
        ]
      : []),
    ...(rule === undefined
      ? []
      : accounts
          .filter((account) => !known.includes(account))
          .map((account) => ({
            path: "--to",
            what: `${name} does not go to an account "${account}"`,
            allowed: known.join(", "),
          }))),
  ];
  if (problems.length > 0 || rule?.publishTo === undefined)
    throw new ConfigurationError(problems, "the options");
  // The destinations do not depend on the source image, which may be gone.
  const { nodes } = buildGraph(topology, rule, { imageId: "", name: "", snapshots: [] });
  const finals = nodes.filter(
    ({ role, place }) => role === "final" && (accounts.length === 0 || accounts.includes(place.account.name)),
  );
  return { rule, parameter: rule.publishTo, nodes: finals };
}

/** A rollback that a run has left behind, because it has published something newer since, does not count. */
function isStanding(
  held: Hold | undefined,
  published: readonly { readonly published: PublishedCopies }[],
): held is Hold {
  if (held === undefined) return false;
  const known = [held.heldBack, held.showing];
  return published.every(
    ({ published: { current } }) => current === undefined || known.includes(sourceOf(current)),
  );
}

/** The source of the newest copy that is published anywhere. */
function newestShown(published: readonly PublishedCopies[]): string | undefined {
  const [newest] = published
    .flatMap(({ current }) => current ?? [])
    .sort((a, b) => b.creationDate.localeCompare(a.creationDate));
  return newest === undefined ? undefined : sourceOf(newest);
}

/** The newest source image of which every destination has, or shows, a proved copy. */
function commonEarlier(
  all: readonly { readonly published: PublishedCopies }[],
  heldBack: string,
): string | undefined {
  const candidates = all.map(({ published: { current, earlier } }) => {
    const isBehind = current !== undefined && sourceOf(current) !== heldBack;
    const before = earlier.filter(
      (image) => current === undefined || image.creationDate < current.creationDate,
    );
    return (isBehind ? [current, ...before] : before).filter((image) => sourceOf(image) !== heldBack);
  });
  return candidates[0]
    ?.map(sourceOf)
    .find((source) => candidates.every((images) => images.some((image) => sourceOf(image) === source)));
}

async function refusalOf(
  context: LookContext,
  { node, published, target }: Destination,
  parameter: string,
  showing: string | undefined,
  all: readonly Destination[],
): Promise<readonly Refusal[]> {
  const { account, region } = node.place;
  const about = { subject: `${node.rule.name} -> ${account.name} ${region}`, account: account.id };
  if (published.shows === undefined)
    return [{ ...about, what: `${parameter} shows nothing that could go back` }];
  if (published.current === undefined) {
    const what = `${parameter} shows ${published.shows}, which is no copy of ${node.rule.name}`;
    return [{ ...about, what, fix: "put back what the last run had published, or run again" }];
  }
  const isBlockedByOthers = all.some(({ published: { earlier } }) => earlier.length === 0);
  if (target !== undefined || (published.earlier.length > 0 && showing === undefined && isBlockedByOthers))
    return [];
  const wrong = published.earlier.filter((image) => sourceOf(image) === showing);
  const reasons = await concurrently(wrong, async (image) => (await unfitness(context, node, image)).wrong);
  const what =
    showing === undefined || wrong.length === 0
      ? `no earlier copy that ${parameter} has shown stands${published.earlier.length === 0 ? "" : ` of a source image that every destination has: ${published.earlier.map(({ imageId }) => imageId).join(", ")} stand here`}`
      : `the earlier copy is not fit: ${reasons.flat().join("; ")}`;
  return [{ ...about, what, fix: "name the accounts that can go back with --to, or keep more copies" }];
}
