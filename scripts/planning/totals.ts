import type { CopyQuota } from "../engine/copy-quotas";
import type { PlanCounts, PlannedCopy, PlannedRule, Pressure, RegionPair } from "../engine/results";

/** Whether `run` would make the copy. */
export function isCopied({ action }: Pick<PlannedCopy, "action">): boolean {
  return action === "copy" || action === "copy-again";
}

/** How a copy that `run` would verify compares with its source; undefined for any other. */
function comparisonOf({ action, sets, differences }: PlannedCopy) {
  if (action !== "verify") return undefined;
  return differences.length > 0 ? "differs" : sets.length > 0 ? "changes" : "same";
}

/** Rounds to hundredths: smaller amounts do not matter. */
export function roundGiB(gib: number): number {
  return Math.round(gib * 100) / 100;
}

export function countsOf(copies: readonly PlannedCopy[]): PlanCounts {
  const count = (test: (copy: PlannedCopy) => boolean) => copies.filter(test).length;
  return {
    unknown: count(({ action }) => action === "unknown"),
    copy: count(isCopied),
    transit: count((copy) => isCopied(copy) && copy.role === "transit"),
    again: count(({ action }) => action === "copy-again"),
    wait: count(({ action }) => action === "wait"),
    change: count((copy) => comparisonOf(copy) === "changes"),
    differ: count((copy) => comparisonOf(copy) === "differs"),
    stand: count((copy) => comparisonOf(copy) === "same"),
    remove: copies.reduce(
      (sum, { action, retires }) => sum + Number(action === "remove") + retires.length,
      0,
    ),
  };
}

/** Transfers between Regions, by pair, the largest first. */
export function crossingsOf(copies: readonly PlannedCopy[]): readonly RegionPair[] {
  const pairs = new Map<string, RegionPair>();
  for (const { fromRegion: from, region: to, crossRegionGiB } of copies.filter(isCrossing)) {
    const { copies: before = 0, gib = 0 } = pairs.get(`${from} ${to}`) ?? {};
    pairs.set(`${from} ${to}`, { from, to, copies: before + 1, gib: roundGiB(gib + crossRegionGiB) });
  }
  return [...pairs.values()].sort((a, b) => b.gib - a.gib);
}

function isCrossing(copy: PlannedCopy): boolean {
  return isCopied(copy) && copy.fromRegion !== copy.region;
}

/** The additional transfer if every final copy came directly from the source's Region. */
export function savedGiB({ sourceRegion, dataGiB, copies }: PlannedRule): number {
  const alone = copies.filter(
    (copy) => isCopied(copy) && copy.role === "final" && copy.region !== sourceRegion,
  ).length;
  return roundGiB(Math.max(0, (alone - copies.filter(isCrossing).length) * dataGiB));
}

/**
 * What the copies need of each account's quotas, by place, the fullest first.
 * @param quotaOf the quota in the place of a copy
 */
export function pressureOf(
  rules: readonly PlannedRule[],
  quotaOf: (copy: PlannedCopy) => CopyQuota,
): readonly Pressure[] {
  const places = new Map<string, Pressure>();
  for (const { copies, snapshots } of rules) {
    for (const copy of copies.filter(isCopied)) {
      const { account, accountName, region } = copy;
      const quota = quotaOf(copy);
      const before = places.get(`${account} ${region}`);
      const made = (before?.copies ?? 0) + 1;
      places.set(`${account} ${region}`, {
        account,
        accountName,
        region,
        copies: made,
        snapshots: (before?.snapshots ?? 0) + snapshots,
        quota,
        waiting: Math.max(0, made - quota.copiesAtOnce),
      });
    }
  }
  return [...places.values()].sort((a, b) => b.copies - a.copies);
}
