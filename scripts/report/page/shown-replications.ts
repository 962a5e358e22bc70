import type { BucketDestination, BucketRule, Topology } from "../../../topology";
import type { ReplicationCounts, ReplicationStatus, Report } from "../../engine/results";
import type { Verdict } from "./shown-copies";

/** One bucket rule for one of its destinations, as the page shows it. */
export interface ShownReplication {
  readonly rule: string;
  readonly source: BucketRule["from"];
  readonly destination: BucketDestination;
  readonly verdict: Verdict;
  /** Absent if AWS was not read, or could not be read. */
  readonly counts?: ReplicationCounts;
  /** What keeps objects from arriving, one sentence each. */
  readonly wrong: readonly string[];
}

/** Every bucket rule for each of its destinations. */
export function shownReplications({ topology, seen }: Report): readonly ShownReplication[] {
  const statuses = seen?.replication?.statuses ?? [];
  return ways(topology).map(({ rule, to }): ShownReplication => {
    const status = statuses.find(({ ruleId }) => ruleId === to.ruleId);
    return {
      ...{ rule: rule.name, source: rule.from, destination: to },
      ...(status === undefined ? {} : { counts: status.counts }),
      verdict: status === undefined ? "pending" : verdictOf(status),
      wrong: status === undefined ? [] : wrongIn(status),
    };
  });
}

function ways({ buckets }: Topology) {
  return buckets.flatMap((rule) => rule.to.map((to) => ({ rule, to })));
}

function verdictOf({ obstacles, counts, unknown }: ReplicationStatus): Verdict {
  if (obstacles.length + counts.failed > 0) return "failed";
  return counts.replicated === counts.objects && unknown.length === 0 ? "proved" : "pending";
}

function wrongIn({ obstacles, failures, unknown }: ReplicationStatus): readonly string[] {
  const all = [...obstacles, ...failures.flatMap((failure) => failure.obstacles)];
  return [...new Set([...all.map(({ what, fix }) => `${what}; ${fix}`), ...unknown])];
}
