import type { ImageRule, Topology } from "../../topology";
import { isAwsError, type AwsAccess } from "../aws";
import { bookOf } from "../engine/bookkeeping";
import type { Clock } from "../engine/clock";
import { concurrently } from "../engine/concurrently";
import type { LookContext, StepContext } from "../engine/context";
import type { Refusal } from "../engine/errors";
import type { EventSink } from "../engine/events";
import { explainAwsAnswer } from "../engine/explain";
import { throwIfAborted } from "../engine/graph-runner";
import { describeOwner, readLease, whyFree, type LeaseKeeper } from "../engine/lease";
import { placeId } from "../engine/place-id";
import type { CleanReport, Leftover } from "../engine/results";
import type { Settings } from "../engine/settings";
import { withLeases } from "../engine/with-leases";
import { leftoversOf, type Found, type Search } from "./leftovers";

export interface CleanInput {
  readonly topology: Topology;
  readonly aws: AwsAccess;
  readonly clock: Clock;
  readonly settings: Settings;
  readonly keeper: LeaseKeeper;
  readonly listener: EventSink;
  /** Aborted by the user's Ctrl-C. */
  readonly signal: AbortSignal;
  /** Remove what is found. @default false - it is only listed */
  readonly apply?: boolean;
}

/** Rules of one source place, which share a lease. */
interface Group {
  readonly rules: readonly ImageRule[];
  /** A lease of a run that has ended without a word. */
  readonly expired?: Leftover;
  /** Why nothing is looked at: a run is at work, or AWS does not let us. */
  readonly refusals: readonly Refusal[];
}

/**
 * Lists what runs have left behind, each with its reason, and removes it where that is asked for: under the leases of its
 * rules, so that no run works on them meanwhile. What something uses, what an unfinished run goes on with, and what is not
 * ours is never touched.
 */
export async function clean(input: CleanInput): Promise<CleanReport> {
  const { topology, aws, clock, settings, signal } = input;
  const look: LookContext = { topology, aws, clock };
  const groups = await concurrently(bySource(topology.images), (rules) => lookAt(look, input, rules));
  const free = groups.filter(({ refusals }) => refusals.length === 0);
  const leases = free.flatMap(({ expired }) => expired ?? []);
  const parts = await concurrently(free, async ({ rules }) => {
    try {
      if (input.apply !== true) return listed(await leftoversOf(look, rules));
      return await withLeases(look, rules, input.keeper, signal, async (stop) => {
        const context: StepContext = { ...look, clock, settings, signal: stop, emit: input.listener };
        return removed(context, await leftoversOf(context, rules));
      });
    } catch (error) {
      if (!isAwsError(error)) throw error;
      return { leftovers: [], kept: [], refusals: [refusalOf(rules, error)] };
    }
  });
  // Whoever removes has taken the leases over, and given them back.
  const gone = leases.map((lease) => (input.apply === true ? { ...lease, removed: true } : lease));
  const leftovers = [...gone, ...parts.flatMap((part) => part.leftovers)];
  const refusals = [...groups, ...parts].flatMap((part) => part.refusals);
  return {
    topology: topology.name,
    applied: input.apply === true,
    leftovers,
    kept: parts.flatMap((part) => part.kept),
    refusals,
    ok: refusals.length === 0 && leftovers.every(({ removed: isGone }) => isGone === true),
  };
}

async function lookAt(context: LookContext, input: CleanInput, rules: readonly ImageRule[]): Promise<Group> {
  const [first] = rules;
  if (first === undefined) return { rules, refusals: [] };
  const { account, region } = first.from;
  const book = bookOf(context.topology, context.aws, first);
  try {
    const lease = await readLease(book);
    if (lease === undefined) return { rules, refusals: [] };
    const free = whyFree(lease, input.keeper);
    if (free === undefined) {
      const what = `${describeOwner(lease.owner)} is at work; what it needs and what it has left cannot be told apart`;
      const subject = rules.map(({ name }) => name).join(", ");
      return { rules, refusals: [{ subject, what, fix: "wait until it has ended", account: account.id }] };
    }
    const because = `${describeOwner(lease.owner)} has ended without giving it back: ${free}`;
    const expired = { kind: "lease", id: book.lease.name, account: account.id, region, because } as const;
    return { rules, expired, refusals: [] };
  } catch (error) {
    if (!isAwsError(error)) throw error;
    return { rules, refusals: [refusalOf(rules, error)] };
  }
}

function listed({ found, kept }: Search) {
  return { leftovers: found.map(leftoverOf), kept, refusals: [] };
}

/** One after the other: an interruption leaves everything that has not been begun. */
async function removed(context: StepContext, { found, kept }: Search) {
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
  return { leftovers, kept, refusals: [] };
}

function leftoverOf({ kind, id, place, because }: Found): Leftover {
  return { kind, id, account: place.account.id, region: place.region, because };
}

function refusalOf(rules: readonly ImageRule[], error: Parameters<typeof explainAwsAnswer>[0]): Refusal {
  const { reason, fixes, account } = explainAwsAnswer(error);
  return {
    subject: rules.map(({ name }) => name).join(", "),
    what: reason,
    ...(fixes[0] === undefined ? {} : { fix: fixes[0] }),
    ...(account === undefined ? {} : { account }),
  };
}

function bySource(rules: readonly ImageRule[]): readonly (readonly ImageRule[])[] {
  const groups = new Map<string, ImageRule[]>();
  for (const rule of rules) {
    const id = placeId(rule.from);
    groups.set(id, [...(groups.get(id) ?? []), rule]);
  }
  return [...groups.values()];
}
