import type { CopyPace, Estimate, PlannedCopy, PlannedRule } from "../engine/results";

/**
 * AWS's own numbers, guaranteed for time-based copies; other copies may take longer.
 * Source: EBS user guide, "Time-based copies".
 */
export const DOCUMENTED_PACE: CopyPace = { snapshotMiBps: 500, pairMiBps: 2000 };

/** One copy of the simulation. */
interface Transfer {
  readonly id: string;
  /** Id of the transfer that must have ended before. */
  readonly after?: string;
  readonly place: string;
  /** Copies that may be in progress there at the same time. */
  readonly atOnce: number;
  /** The throughput between two Regions is a quota of the account that copies. */
  readonly pair: string;
  /** MiB/s when nothing else is in progress: all of its snapshots at the same time, at the pace of the largest. */
  readonly fastest: number;
  remainingMiB: number;
}

/**
 * How long the copies of a plan take: each account and Region has as many in progress as its quota allows, an account's copies
 * between the same two Regions share their throughput, and a copy of another copy waits for it.
 * @param copiesAtOnce the quota in the place of a copy
 * @returns undefined when nothing is to be copied
 */
export function estimate(
  rules: readonly PlannedRule[],
  pace: CopyPace,
  copiesAtOnce: (copy: PlannedCopy) => number,
): Estimate | undefined {
  const waiting = rules.flatMap((rule) => transfersOf(rule, pace, copiesAtOnce));
  if (waiting.length === 0) return undefined;
  const open = new Set(waiting.map(({ id }) => id));
  let active: Transfer[] = [];
  let queue: readonly Transfer[] = waiting;
  let seconds = 0;
  while (open.size > 0) {
    [active, queue] = start(active, queue, open);
    const speeds = speedsOf(active, pace.pairMiBps);
    const step = Math.min(...active.map((transfer) => transfer.remainingMiB / (speeds.get(transfer) ?? 1)));
    seconds += step;
    for (const transfer of active) transfer.remainingMiB -= step * (speeds.get(transfer) ?? 1);
    for (const { id, remainingMiB } of active) if (remainingMiB < EPSILON_MIB) open.delete(id);
    active = active.filter(({ id }) => open.has(id));
  }
  return { ...pace, seconds: Math.ceil(seconds) };
}

/** The rounding error that may remain of a finished transfer. */
const EPSILON_MIB = 1e-6;

function transfersOf(
  rule: PlannedRule,
  pace: CopyPace,
  copiesAtOnce: (copy: PlannedCopy) => number,
): Transfer[] {
  return rule.copies
    .filter(({ action }) => action === "copy" || action === "copy-again")
    .map((copy) => ({
      id: copy.node,
      ...(copy.from === rule.sourceImageId ? {} : { after: copy.from }),
      place: `${copy.account} ${copy.region}`,
      // A quota of zero counts as one, so that the simulation ends.
      atOnce: Math.max(1, copiesAtOnce(copy)),
      pair: `${copy.account} ${copy.fromRegion} ${copy.region}`,
      fastest: pace.snapshotMiBps * (rule.largestGiB > 0 ? rule.dataGiB / rule.largestGiB : 1),
      remainingMiB: copy.dataGiB * 1024,
    }));
}

/** Starts, in order, the transfers whose source exists and whose place has a free slot. */
function start(
  active: readonly Transfer[],
  queue: readonly Transfer[],
  open: ReadonlySet<string>,
): [Transfer[], readonly Transfer[]] {
  const busy = new Map<string, number>();
  const take = ({ place }: Transfer) => busy.set(place, (busy.get(place) ?? 0) + 1);
  active.forEach(take);
  const started = [...active];
  const left = queue.filter((transfer) => {
    const isReady = transfer.after === undefined || !open.has(transfer.after);
    if (!isReady || (busy.get(transfer.place) ?? 0) >= transfer.atOnce) return true;
    take(transfer);
    started.push(transfer);
    return false;
  });
  return [started, left];
}

/** Copies between the same two Regions get equal parts of what they share, and none more than it can use. */
function speedsOf(active: readonly Transfer[], pairMiBps: number): ReadonlyMap<Transfer, number> {
  const inPair = new Map<string, number>();
  for (const { pair } of active) inPair.set(pair, (inPair.get(pair) ?? 0) + 1);
  return new Map(
    active.map((transfer) => [
      transfer,
      Math.min(transfer.fastest, pairMiBps / (inPair.get(transfer.pair) ?? 1)),
    ]),
  );
}
