import type { DeclaredCopy } from "../read/copies";
import { jobId } from "../read/copy-plan";
import { noMovement, together, type Movement, type PlannedMoves } from "../read/planned-moves";
import type { Comparison } from "../rule";
import type { Planned } from "./copies";
import { costText, dataOf, dataText } from "./movement-text";
import { plansOf } from "./planned-copies";

/** What the next run moves for copy jobs that only one side has, and what it costs. */
export function plannedJobs(
  comparison: Comparison,
  side: "base" | "head",
): (copies: readonly DeclaredCopy[]) => Planned {
  const plans = plansOf(comparison);
  return (copies) => (plans === undefined ? { text: "", values: {} } : plannedIn(plans[side], copies, side));
}

/** Of those that the plan contains; the others are reported by `copies-unplanned`. */
function plannedIn(plan: PlannedMoves, copies: readonly DeclaredCopy[], side: "base" | "head"): Planned {
  const jobs = copies.flatMap((copy) => plan.jobs.get(jobId(copy.rule, copy.to)) ?? []);
  if (jobs.length === 0) return { text: "", values: {} };
  const nothing = noMovement(plan.total?.currency);
  const moved = jobs.flatMap(({ movement }) => movement ?? []).reduce(together, nothing);
  const unread = jobs.filter(({ movement }) => movement === undefined);
  const upTo = Math.round(unread.reduce((sum, { fullGiB }) => sum + fullGiB, 0) * 100) / 100;
  const [now, cost] = side === "head" ? ["moves", "and costs"] : ["would have moved", "and cost"];
  const text = [
    `; the next run ${now} ${dataText(moved)} for ${copies.length === 1 ? "it" : "them"}`,
    ...(moved.cost === undefined ? [] : [` ${cost} ${costText(moved.cost)}`]),
    ...(unread.length === 0 ? [] : [`, and at most ${upTo} GiB more for what AWS did not let the plan read`]),
  ].join("");
  return { text, values: valuesOf(side, nothing, moved) };
}

function valuesOf(side: "base" | "head", nothing: Movement, moved: Movement): Planned["values"] {
  const [before, after] = side === "head" ? [nothing, moved] : [moved, nothing];
  return {
    data: { before: dataOf(before), after: dataOf(after) },
    ...(before.cost === undefined || after.cost === undefined
      ? {}
      : { cost: { before: before.cost, after: after.cost } }),
  };
}
