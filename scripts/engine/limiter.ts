import pLimit from "p-limit";
import type { Place } from "../../topology";

/** Runs work under a quota per account and Region; what is over the quota waits its turn. */
export interface PlaceLimiter {
  /** @param onWait called when the work cannot start at once */
  run<T>(place: Place, work: () => Promise<T>, onWait?: () => void): Promise<T>;
}

export function placeLimiter(limit: number): PlaceLimiter {
  const limits = new Map<string, pLimit.Limit>();
  return {
    run(place, work, onWait) {
      const id = placeId(place);
      const existing = limits.get(id);
      const limited = existing ?? pLimit(limit);
      if (existing === undefined) limits.set(id, limited);
      // What has just been handed over counts as pending until the next turn.
      if (limited.activeCount + limited.pendingCount >= limit) onWait?.();
      return limited(work);
    },
  };
}

/** Identity of an account and Region, for maps. */
export function placeId(place: Place): string {
  return `${place.account.id}/${place.region}`;
}
