import { countsOf, type Outcome, type Plan } from "../../terraform/outcome";
import { duration } from "../event-text";
import { plural } from "../plural";
import { losesKeyOrBucket, lossLines, planCounts } from "./plan-text";

/** The outcomes of stacks by name, in the order of work. */
export type Outcomes = ReadonlyMap<string, Outcome>;

/** One line for each stack; below it what is destroyed, replaced or no longer managed. */
export function outcomeLines(outcomes: Outcomes): readonly string[] {
  const width = Math.max(...[...outcomes.keys()].map((name) => name.length));
  return [...outcomes].flatMap(([name, outcome]) => [
    `${name.padEnd(width)}  ${outcomeText(outcome)}`,
    ...(outcome.state === "planned" ? lossLines(outcome.plan).map((line) => `    ${line}`) : []),
  ]);
}

function outcomeText(outcome: Outcome): string {
  switch (outcome.state) {
    case "unchanged":
      return "no changes";
    case "planned":
      return `${planCounts(outcome.plan)}${awaitsText(outcome.plan)}`;
    case "applied":
      return `applied in ${duration(Math.round(outcome.seconds))}: ${appliedCounts(outcome.plan)}`;
    case "failed":
      return outcome.step === "apply"
        ? `FAILED: ${outcome.done.length} of ${plural(outcome.plan?.changes.length ?? 0, "change")} applied`
        : "FAILED: nothing was changed";
    case "interrupted":
      return outcome.plan === undefined
        ? "interrupted: nothing was changed"
        : `interrupted: ${outcome.done.length} of ${plural(outcome.plan.changes.length, "change")} applied`;
    case "declined":
      return "not applied: you did not approve the plan";
    case "not-started":
      return outcome.because.length === 0
        ? "not started"
        : `not started: it depends on ${outcome.because.join(", ")}`;
  }
}

/** `; values from foundation-keys-prod are known once it is deployed` */
function awaitsText({ awaits }: Plan): string {
  if (awaits.length === 0) return "";
  return `; values from ${awaits.join(", ")} are known once ${awaits.length === 1 ? "it is" : "they are"} deployed`;
}

function appliedCounts({ changes }: Plan): string {
  const { add, change, destroy } = countsOf(changes);
  return `${add} added, ${change} changed, ${destroy} destroyed`;
}

/** All stacks of a comparison in one sentence. */
export function comparisonSummary(outcomes: Outcomes): string {
  const all = [...outcomes.values()];
  const plans = all.flatMap((outcome) => (outcome.state === "planned" ? [outcome.plan] : []));
  const failed = all.filter(({ state }) => state === "failed").length;
  const unseen = all.filter(({ state }) => state === "interrupted" || state === "not-started").length;
  const unchanged = all.filter(({ state }) => state === "unchanged").length;
  const sentences = [
    ...(plans.length === 0 && unchanged > 0 ? [`no changes in ${plural(unchanged, "stack")}`] : []),
    ...(plans.length === 0
      ? []
      : [`${plural(plans.length, "stack")} of ${all.length} would change: ${planCounts(joined(plans))}`]),
    ...(failed === 0 ? [] : [`${plural(failed, "stack")} could not be compared`]),
    ...(unseen === 0 ? [] : [`${plural(unseen, "stack")} not compared`]),
    ...(plans.some(losesKeyOrBucket) ? ["A KEY OR A BUCKET WOULD BE LOST"] : []),
  ];
  return sentences.join("; ");
}

function joined(plans: readonly Plan[]): Plan {
  return { changes: plans.flatMap(({ changes }) => changes), awaits: [] };
}
