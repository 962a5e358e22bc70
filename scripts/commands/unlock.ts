import type { Rule } from "../../topology";
import { ruleStateOf, type RuleState } from "../engine/rule-state";
import { breakLease } from "../engine/break-lease";
import { concurrently } from "../engine/concurrently";
import type { ReadContext } from "../engine/context";
import { readLease, takeoverReason, type LeaseKeeper } from "../engine/lease-record";
import { bySource } from "../engine/take-leases";
import type { Lock, Unlocking } from "../engine/results";

/** A lease whose expiry is more than this many lease durations away was written by a wrong clock. */
const FAR_AHEAD = 2;

/** The leases that keep runs of the topology out now, without those that any run would take over by itself. */
export async function locks(context: ReadContext, keeper: LeaseKeeper): Promise<Unlocking> {
  const found = await concurrently(bySource(context.topology.rules), (rules) =>
    lockOf(ruleStateOf(context.topology, context.aws, rules[0]), rules, keeper),
  );
  return { topology: context.topology.name, locks: found.flatMap((lock) => lock ?? []) };
}

async function lockOf(
  ruleState: RuleState,
  rules: readonly [Rule, ...Rule[]],
  keeper: LeaseKeeper,
): Promise<Lock | undefined> {
  const lease = await readLease(ruleState);
  const now = ruleState.now();
  if (lease === undefined || takeoverReason(lease, keeper, now) !== undefined) return undefined;
  const { account, region } = rules[0].from;
  const lives = (Date.parse(lease.expires) - now.getTime()) / 1000 / keeper.settings.leaseSeconds;
  return {
    id: ruleState.lease.name,
    account: account.id,
    region,
    images: rules.map(({ name }) => name),
    lease,
    isAliveHere: lease.owner.host === keeper.me.host,
    isFarAhead: lives > FAR_AHEAD,
  };
}

/** Breaks the leases that were found; one that was released in the meantime is skipped. */
export async function unlock(
  context: ReadContext,
  keeper: LeaseKeeper,
  { topology, locks: found }: Unlocking,
): Promise<Unlocking> {
  const broken: Lock[] = [];
  for (const lock of found) {
    const rule = context.topology.rules.find(({ name }) => name === lock.images[0]);
    if (rule === undefined) continue;
    const ruleState = ruleStateOf(context.topology, context.aws, rule);
    const freeAt = await breakLease(ruleState, lock.lease, keeper);
    if (freeAt !== undefined) broken.push({ ...lock, freeAt: freeAt.toISOString() });
  }
  return { topology, locks: broken };
}
