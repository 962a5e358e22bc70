import { KeyferryError } from "../../core/errors";
import type { Rule, Place, Topology } from "../../topology";
import { isAwsError, type AwsAccess, type AwsCallError } from "../aws";
import { ruleStateOf } from "../engine/rule-state";
import { momentOf, secondsAtMost, type Clock } from "../engine/clock";
import { concurrently } from "../engine/concurrently";
import type { ReadContext, StepContext } from "../engine/context";
import type { Refusal } from "../engine/errors";
import type { EventSink } from "../engine/events";
import { explainAwsAnswer } from "../engine/explain";
import { fenced } from "../engine/fence";
import { throwIfAborted } from "../engine/graph-runner";
import { FRESH_SECONDS } from "../engine/lease";
import {
  describeOwner,
  readLease,
  takeoverReason,
  type LeaseKeeper,
  type LeaseRecord,
} from "../engine/lease-record";
import type { CleanReport, Leftover } from "../engine/results";
import type { Settings } from "../engine/settings";
import { withLeases } from "../engine/with-leases";
import type { Foundation } from "./keys/foundation";
import { ruleStatePlaces, staleRuleStates, rulesStartingIn, type StaleRuleStates } from "./stale-rule-states";
import { unexplainedShares } from "./unexplained-shares";
import { leftoversOf, staleShares, type Found, type Search } from "./leftovers";
import { outsideTopology } from "./outside";

export interface CleanInput {
  readonly topology: Topology;
  readonly aws: AwsAccess;
  readonly foundation: Foundation;
  readonly clock: Clock;
  readonly settings: Settings;
  readonly keeper: LeaseKeeper;
  readonly listener: EventSink;
  /** Aborted by the user's Ctrl-C. */
  readonly signal: AbortSignal;
  /** Remove what is found. @default false - list only */
  readonly apply?: boolean;
}

/** An account and Region with the rules that start there and share a lease; without such rules, an earlier rule may have started there. */
interface Site {
  readonly place: Place;
  readonly rules: readonly Rule[];
  /** Nothing was read: a run is in progress, or AWS denied access. */
  readonly isClosed: boolean;
  /** A lease of a run that stopped without releasing it. */
  readonly expired?: Leftover;
  /** Absent if they cannot be read. */
  readonly books?: StaleRuleStates;
  /** Why something was not read. */
  readonly refusals: readonly Refusal[];
}

/** The outcome for a site. */
type Part = Pick<CleanReport, "leftovers" | "kept" | "unclear" | "refusals">;

/**
 * Lists what runs left behind, each with its reason, and removes it if requested: under the leases of its
 * rules, so that no run works on them at the same time. Resources that are in use, that an unfinished run continues with,
 * or that do not belong to Keyferry are never touched.
 */
export async function clean(input: CleanInput): Promise<CleanReport> {
  const { topology, aws, clock } = input;
  const look: ReadContext = { topology, aws, clock };
  const sites = await concurrently(ruleStatePlaces(look), (place) => lookAt(look, input, place));
  // A run by an earlier version of the topology may work on rules that this one does not have.
  const sparesDropped = sites.some(({ refusals }) => refusals.length > 0);
  const open = sites.filter(({ isClosed }) => !isClosed);
  const parts = await concurrently(open, async (site): Promise<Part> => {
    try {
      return await workOn(look, input, site, sparesDropped);
    } catch (error) {
      if (!isAwsError(error)) throw error;
      return { leftovers: [], kept: [], unclear: [], refusals: [refusalOf(subjectOf(site), error)] };
    }
  });
  // With removal, the leases were taken over and released already.
  const leases = open.flatMap(({ expired }) => expired ?? []);
  const gone = leases.map((lease) => (input.apply === true ? { ...lease, removed: true } : lease));
  const leftovers = [...gone, ...parts.flatMap((part) => part.leftovers)];
  const refusals = [...sites, ...parts].flatMap((part) => part.refusals);
  const outside = await outsideTopology(look, input.foundation);
  const listed = new Set(leftovers.map(({ id, account, region }) => `${account} ${region} ${id}`));
  return {
    topology: topology.name,
    applied: input.apply === true,
    leftovers,
    kept: parts.flatMap((part) => part.kept),
    unclear: onceEach(parts.flatMap((part) => part.unclear)),
    unexplained: await unexplainedShares(look, input.foundation),
    outside: {
      ...outside,
      items: outside.items.filter(({ id, account, region }) => !listed.has(`${account} ${region} ${id}`)),
    },
    refusals,
    ok: refusals.length === 0 && leftovers.every(({ removed: isGone }) => isGone === true),
  };
}

async function lookAt(context: ReadContext, input: CleanInput, place: Place): Promise<Site> {
  const rules = rulesStartingIn(context, place);
  const site = { place, rules };
  const subject = subjectOf(site);
  const [first] = rules;
  let expired: Leftover | undefined;
  try {
    const ruleState = first === undefined ? undefined : ruleStateOf(context.topology, context.aws, first);
    const lease = ruleState === undefined ? undefined : await readLease(ruleState);
    if (ruleState !== undefined && lease !== undefined) {
      const free = takeoverReason(lease, input.keeper, context.aws.now());
      if (free === undefined) return { ...site, isClosed: true, refusals: [atWork(subject, place, lease)] };
      const because = `${describeOwner(lease.owner)} has ended without releasing it: ${free}`;
      expired = leftoverOf({ kind: "lease", id: ruleState.lease.name, place, because });
    }
  } catch (error) {
    if (!isAwsError(error)) throw error;
    return { ...site, isClosed: true, refusals: [refusalOf(subject, error)] };
  }
  const seen = { ...site, isClosed: false, ...(expired === undefined ? {} : { expired }) };
  try {
    const books = await staleRuleStates(context, place, input.keeper);
    const refusals = books.held === undefined ? [] : [atWork(subject, place, books.held)];
    return { ...seen, books, refusals };
  } catch (error) {
    if (!isAwsError(error)) throw error;
    return { ...seen, refusals: [refusalOf(subject, error)] };
  }
}

/** @param sparesDropped whether a run may still be working on rules that were removed from the topology */
async function workOn(
  look: ReadContext,
  input: CleanInput,
  { place, rules, books }: Site,
  sparesDropped: boolean,
): Promise<Part> {
  const search = async (context: ReadContext): Promise<Search> => {
    const left = books === undefined ? undefined : await staleRuleStates(context, place, input.keeper);
    // If no rule starts here any more, only the stored state shows whether a run is in progress.
    const isAlone = rules.length === 0;
    if (isAlone && (left === undefined || left.held !== undefined)) return { found: [], kept: [] };
    const { found, kept, unclear } = isAlone
      ? await staleShares(context, place)
      : await leftoversOf(context, rules, sparesDropped);
    return { found: [...found, ...(left?.found ?? [])], kept, unclear: unclear ?? [] };
  };
  if (input.apply !== true) return listed(await search(look));
  const { settings, clock, keeper, signal } = input;
  return withLeases(look, rules, keeper, signal, async (under) => {
    const aws = rules.length === 0 ? fenced(look.aws, () => unlessTaken(look, place, keeper)) : under.aws;
    const context: StepContext = { ...look, ...under, aws, clock, settings, emit: input.listener };
    return removed(context, await search(context));
  });
}

/**
 * If no rule starts here any more, there is no lease to hold, but a run of an earlier version of the topology may start
 * here: it then needs what its earlier run left.
 * @throws KeyferryError `LeaseLost`
 */
async function unlessTaken(look: ReadContext, place: Place, keeper: LeaseKeeper): Promise<void> {
  const at = momentOf(keeper.clock);
  const { held } = await staleRuleStates(look, place, keeper);
  // A process that was suspended while it waited for the answer has out-of-date information.
  if (held === undefined && secondsAtMost(keeper.clock, at) > FRESH_SECONDS)
    return unlessTaken(look, place, keeper);
  if (held === undefined) return;
  throw new KeyferryError(
    `${describeOwner(held.owner)} has started work in ${place.account.name} ${place.region}`,
    { code: "LeaseLost", source: "tool", fix: "wait until it has ended, then clean again" },
  );
}

function subjectOf({ place, rules }: Pick<Site, "place" | "rules">): string {
  if (rules.length > 0) return rules.map(({ name }) => name).join(", ");
  return `${place.account.name} ${place.region}`;
}

function atWork(subject: string, { account }: Place, { owner }: LeaseRecord): Refusal {
  const what = `${describeOwner(owner)} is running; what it needs cannot be distinguished from what it left behind`;
  return { subject, what, fix: "wait until it has ended", account: account.id };
}

function listed({ found, kept, unclear = [] }: Search): Part {
  return { leftovers: found.map(leftoverOf), kept, unclear, refusals: [] };
}

/** Several rules may find the same launch template. */
function onceEach(refusals: readonly Refusal[]): readonly Refusal[] {
  return [...new Map(refusals.map((refusal) => [JSON.stringify(refusal), refusal])).values()];
}

/** One after the other: an interruption leaves everything that was not started. */
async function removed(context: StepContext, { found, kept, unclear = [] }: Search): Promise<Part> {
  const leftovers: Leftover[] = [];
  for (const each of found) {
    throwIfAborted(context.signal);
    try {
      await each.remove(context);
      leftovers.push({ ...leftoverOf(each), removed: true });
    } catch (error) {
      if (!isAwsError(error)) throw error;
      leftovers.push({ ...leftoverOf(each), removed: false, reason: error.message });
    }
  }
  return { leftovers, kept, unclear, refusals: [] };
}

function leftoverOf({ kind, id, place, because }: Omit<Found, "remove">): Leftover {
  return { kind, id, account: place.account.id, region: place.region, because };
}

function refusalOf(subject: string, error: AwsCallError): Refusal {
  const { reason, fixes, account } = explainAwsAnswer(error);
  return {
    subject,
    what: reason,
    ...(fixes[0] === undefined ? {} : { fix: fixes[0] }),
    ...(account === undefined ? {} : { account }),
  };
}
