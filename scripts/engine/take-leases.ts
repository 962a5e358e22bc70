import { isKeyferryError, type KeyferryError } from "../../core/errors";
import type { Rule } from "../../topology";
import type { ReadContext } from "./context";
import { isLeaseLost, takeLease, type HeldLease } from "./lease";
import type { LeaseKeeper } from "./lease-record";
import { placeId } from "./place-id";
import { ruleStateOf } from "./rule-state";

/** Rules whose sources are in one account and Region: a run works on all of them or none. */
export type RulesOfSource = readonly [Rule, ...Rule[]];

/** How leases are taken. */
export interface Taking {
  /** How many seconds a run waits for leases that others hold. @default 0 */
  readonly waitSeconds?: number;
  /** Called once, when the wait starts: the rules whose lease another run holds, and the holder's record in AWS. */
  readonly onWait?: (rules: RulesOfSource, because: string) => void;
  /** Called for a lease that was taken over from a dead run, with the rules that it covers. */
  readonly onTaken?: (from: NonNullable<HeldLease["takenFrom"]>, rules: RulesOfSource) => void;
}

/**
 * Takes the leases of some rules, all of them or none. A waiting run holds no lease, and every run takes them in the same
 * order, so runs that need some of the same leases never wait for each other.
 * @throws KeyferryError `LeaseHeld` when a run still holds one at the end of the wait; `Interrupted` when the wait is aborted
 */
export async function takeLeases(
  context: ReadContext,
  rules: readonly Rule[],
  keeper: LeaseKeeper,
  signal: AbortSignal,
  taking: Taking,
): Promise<readonly HeldLease[]> {
  const { clock, settings } = keeper;
  const groups = [...bySource(rules)].sort(([a], [b]) => (placeId(a.from) < placeId(b.from) ? -1 : 1));
  const since = clock.steady();
  for (let times = 1; ; times += 1) {
    const { leases, held } = await tryAll(context, groups, keeper, taking);
    if (held === undefined) return leases;
    const left = (taking.waitSeconds ?? 0) - (clock.steady() - since);
    if (left <= 0) throw held.error;
    if (times === 1) taking.onWait?.(held.rules, held.error.message);
    await clock.sleep(Math.min(left, settings.leaseLookSeconds), signal);
  }
}

interface Tried {
  readonly leases: readonly HeldLease[];
  /** The leases that another run holds; then none is held here. */
  readonly held?: { readonly rules: RulesOfSource; readonly error: Error };
}

async function tryAll(
  context: ReadContext,
  groups: readonly RulesOfSource[],
  keeper: LeaseKeeper,
  { onTaken }: Taking,
): Promise<Tried> {
  const leases: HeldLease[] = [];
  for (const rules of groups) {
    try {
      const lease = await takeLease(ruleStateOf(context.topology, context.aws, rules[0]), keeper);
      leases.push(lease);
      if (lease.takenFrom !== undefined) onTaken?.(lease.takenFrom, rules);
    } catch (error) {
      await releaseAll(leases);
      if (!isOfOthers(error)) throw error;
      return { leases: [], held: { rules, error } };
    }
  }
  return { leases };
}

/** A lease that is lost between reading and taking it counts as held by another run. */
function isOfOthers(error: unknown): error is KeyferryError {
  return isKeyferryError(error) && (error.code === "LeaseHeld" || isLeaseLost(error));
}

/** A lease that cannot be released expires by itself; the result of the work matters more. */
export async function releaseAll(leases: readonly HeldLease[]): Promise<void> {
  for (const lease of leases) await lease.release().catch(() => undefined);
}

/** Rules whose sources are in one place share a lease. */
export function bySource(rules: readonly Rule[]): readonly RulesOfSource[] {
  const groups = new Map<string, [Rule, ...Rule[]]>();
  for (const rule of rules) {
    const id = placeId(rule.from);
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [rule]);
    else group.push(rule);
  }
  return [...groups.values()];
}
