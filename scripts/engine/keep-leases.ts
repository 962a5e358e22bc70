import { isLeaseLost, type HeldLease } from "./lease";
import type { LeaseKeeper } from "./lease-record";

/** How often the clock is checked in a lease's duration, and the number of parts of the duration: it is renewed after each. */
const LOOKS = 60;
const PARTS = 3;

/**
 * Renews leases until the signal is aborted. A renewal that fails for a temporary reason is retried until the lease
 * expires. A process does not notice that its machine slept and that the lease expired in the meantime, so the clock
 * is checked often, and a network that is not available yet after waking gets as much time as any other failing one.
 * @param onLost called once, when a lease cannot be kept
 */
export async function keepLeases(
  leases: readonly HeldLease[],
  keeper: Pick<LeaseKeeper, "clock" | "settings">,
  signal: AbortSignal,
  onLost: (error: unknown) => void,
): Promise<void> {
  const { clock, settings } = keeper;
  const now = () => clock.now().getTime();
  const partMs = (settings.leaseSeconds * 1000) / PARTS;
  let dueAt = now() + partMs;
  let looks = 0;
  let failingSince: number | undefined;
  while (!signal.aborted) {
    try {
      await clock.sleep(settings.leaseSeconds / LOOKS, signal);
    } catch {
      return;
    }
    const triedAt = now();
    looks += 1;
    // A clock that is set back must not delay the renewal.
    if (triedAt < dueAt && looks < LOOKS / PARTS) continue;
    try {
      for (const lease of leases) await lease.renew();
      dueAt = now() + partMs;
      looks = 0;
      failingSince = undefined;
    } catch (error) {
      failingSince ??= triedAt;
      const isLost = isLeaseLost(error) || now() - failingSince >= partMs * (PARTS - 1);
      if (isLost) return onLost(error);
    }
  }
}
