import { isLeaseLost, type HeldLease } from "./lease";
import type { LeaseKeeper } from "./lease-record";

/** How often in its life the clock is looked at, and how many parts of its life pass before it is renewed. */
const LOOKS = 60;
const PARTS = 3;

/**
 * Renews leases until the signal is aborted. A renewal that fails for a passing reason is repeated for the rest of the
 * lease's life. Whoever sleeps does not notice that the machine did, and that the lease has expired meanwhile; so the clock
 * is looked at often, and a network that is not yet there after waking has as much time as another that fails.
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
    // A clock that is put back must not put the renewal off.
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
