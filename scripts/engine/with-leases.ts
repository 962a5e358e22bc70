import { setMaxListeners } from "node:events";
import type { Rule } from "../../topology";
import { ruleStateOf } from "./rule-state";
import type { AwsAccess } from "../aws";
import type { Holding, ReadContext } from "./context";
import { fenced } from "./fence";
import { keepLeases } from "./keep-leases";
import { isLeaseLost, takeLease, type HeldLease } from "./lease";
import type { LeaseKeeper } from "./lease-record";
import { placeId } from "./place-id";

/** What work under leases is done with. */
export interface UnderLeases {
  /** Refuses every change once a lease is lost. */
  readonly aws: AwsAccess;
  readonly holding: Holding;
  /** Aborted when the user interrupts, or a lease is lost. */
  readonly signal: AbortSignal;
}

/**
 * Does some work while no run can work on the same rules: takes the lease of each of their source places, renews it, and
 * gives it back.
 * @param onTaken told of a lease that was taken over from a dead run, with the rules that it covers
 * @throws KeyferryError `LeaseHeld` when a run works on one of them, before anything is done
 */
export async function withLeases<T>(
  context: ReadContext,
  rules: readonly Rule[],
  keeper: LeaseKeeper,
  interrupt: AbortSignal,
  work: (under: UnderLeases) => Promise<T>,
  onTaken: (from: NonNullable<HeldLease["takenFrom"]>, rules: readonly Rule[]) => void = () => undefined,
): Promise<T> {
  const leases: HeldLease[] = [];
  const stop = new AbortController();
  // Everything that waits listens to it: as many as there are copies, which is no leak.
  setMaxListeners(0, stop.signal);
  const keeping = new AbortController();
  const forward = () => stop.abort();
  if (interrupt.aborted) forward();
  interrupt.addEventListener("abort", forward, { once: true });
  let lost: unknown;
  let renewal: Promise<void> = Promise.resolve();
  try {
    for (const together of bySource(rules)) {
      const lease = await takeLease(ruleStateOf(context.topology, context.aws, together[0]), keeper);
      leases.push(lease);
      if (lease.takenFrom !== undefined) onTaken(lease.takenFrom, together);
    }
    renewal = keepLeases(leases, keeper, keeping.signal, lose);
    const result = await work({
      aws: fenced(context.aws, confirm),
      holding: { number: Math.max(0, ...leases.map(({ number }) => number)), unfenced: context.aws },
      signal: stop.signal,
    });
    if (lost !== undefined) throw lost;
    return result;
  } finally {
    interrupt.removeEventListener("abort", forward);
    keeping.abort();
    await renewal;
    // A lease that cannot be given back expires by itself; the result of the work matters more.
    for (const lease of leases) await lease.release().catch(() => undefined);
  }

  function lose(error: unknown): void {
    lost ??= error;
    stop.abort();
  }

  async function confirm(): Promise<void> {
    try {
      for (const lease of leases) await lease.confirm();
    } catch (error) {
      if (isLeaseLost(error)) lose(error);
      throw error;
    }
  }
}

/** Rules whose source images lie in one place share a lease: they are worked on together or not at all. */
export function bySource(rules: readonly Rule[]): readonly (readonly [Rule, ...Rule[]])[] {
  const groups = new Map<string, [Rule, ...Rule[]]>();
  for (const rule of rules) {
    const id = placeId(rule.from);
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [rule]);
    else group.push(rule);
  }
  return [...groups.values()];
}
