import { setMaxListeners } from "node:events";
import type { Rule } from "../../topology";
import type { AwsAccess } from "../aws";
import type { Holding, ReadContext } from "./context";
import { fenced } from "./fence";
import { keepLeases } from "./keep-leases";
import { isLeaseLost, type HeldLease } from "./lease";
import type { LeaseKeeper } from "./lease-record";
import { releaseAll, takeLeases, type Taking } from "./take-leases";

/** What work under leases uses. */
export interface UnderLeases {
  /** Refuses every change once a lease is lost. */
  readonly aws: AwsAccess;
  readonly holding: Holding;
  /** Aborted when the user interrupts, or a lease is lost. */
  readonly signal: AbortSignal;
}

/**
 * Does some work while no run can work on the same rules: takes the lease of each of their source places, renews it, and
 * releases it.
 * @throws KeyferryError `LeaseHeld` when a run works on one of them, before anything is done; `Interrupted` when it is aborted
 *   while it waits for such a run
 */
export async function withLeases<T>(
  context: ReadContext,
  rules: readonly Rule[],
  keeper: LeaseKeeper,
  interrupt: AbortSignal,
  work: (under: UnderLeases) => Promise<T>,
  taking: Taking = {},
): Promise<T> {
  let leases: readonly HeldLease[] = [];
  const stop = new AbortController();
  // Every wait listens to it: there are as many listeners as copies, which is not a leak.
  setMaxListeners(0, stop.signal);
  const keeping = new AbortController();
  const forward = () => stop.abort();
  if (interrupt.aborted) forward();
  interrupt.addEventListener("abort", forward, { once: true });
  let lost: unknown;
  let renewal: Promise<void> = Promise.resolve();
  try {
    leases = await takeLeases(context, rules, keeper, interrupt, taking);
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
    await releaseAll(leases);
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
