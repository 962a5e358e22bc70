import type { ImageRule } from "../../topology";
import { bookOf } from "./bookkeeping";
import type { LookContext } from "./context";
import { keepLeases, takeLease, type HeldLease, type LeaseKeeper } from "./lease";
import { placeId } from "./place-id";

/**
 * Does some work while no run can work on the same rules: takes the lease of each of their source places, renews it, and
 * gives it back.
 * @param work its signal is aborted when the user interrupts or a lease is lost
 * @throws KeyferryError `LeaseHeld` when a run works on one of them, before anything is done
 */
export async function withLeases<T>(
  context: LookContext,
  rules: readonly ImageRule[],
  keeper: LeaseKeeper,
  interrupt: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const leases: HeldLease[] = [];
  const stop = new AbortController();
  const keeping = new AbortController();
  const forward = () => stop.abort();
  if (interrupt.aborted) forward();
  interrupt.addEventListener("abort", forward, { once: true });
  let lost: unknown;
  let renewal: Promise<void> = Promise.resolve();
  try {
    const bySource = new Map(rules.map((rule) => [placeId(rule.from), rule]));
    for (const rule of bySource.values()) {
      leases.push(await takeLease(bookOf(context.topology, context.aws, rule), keeper));
    }
    renewal = keepLeases(leases, keeper, keeping.signal, (error) => {
      lost = error;
      stop.abort();
    });
    const result = await work(stop.signal);
    if (lost !== undefined) throw lost;
    return result;
  } finally {
    interrupt.removeEventListener("abort", forward);
    keeping.abort();
    await renewal;
    // A lease that cannot be given back expires by itself; the result of the work matters more.
    for (const lease of leases) await lease.release().catch(() => undefined);
  }
}
