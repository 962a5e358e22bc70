import type { Found } from "../finding";
import type { Estate } from "../read/estate";
import { noMovement, together, type Movement, type PlannedMoves } from "../read/planned-moves";
import type { Comparison } from "../rule";
import { placesText } from "./copies";

/** Both plans; undefined unless there are two. */
export function plansOf({
  base,
  head,
}: Comparison): Readonly<Record<"base" | "head", PlannedMoves>> | undefined {
  const { planned: before } = base;
  const { planned: after } = head;
  return before === undefined || after === undefined ? undefined : { base: before, head: after };
}

/** A copy job that both plans have, or all transit copies of a rule, and what the next run moves for it. */
export interface ComparedMovement {
  /** `222222222222 eu-west-1`; undefined for transit copies. */
  readonly place: string | undefined;
  readonly accounts: readonly string[];
  readonly before: Movement;
  readonly after: Movement;
}

/**
 * What the next run moves for each rule, where both sides have the data. Copy jobs that only one side has are reported by the rules for added
 * and removed copies; what a plan does not contain is reported by `copies-unplanned`.
 */
export function comparedMovements(comparison: Comparison): ReadonlyMap<string, readonly ComparedMovement[]> {
  const plans = plansOf(comparison);
  if (plans === undefined) return new Map();
  const rules = [...new Set([...plans.base.rules.keys(), ...plans.head.rules.keys()])];
  return new Map(
    rules
      .filter((rule) => isDescribed(comparison.base, rule) && isDescribed(comparison.head, rule))
      .map((rule) => [rule, [...jobsOf(plans, rule), ...transitOf(plans, rule)]]),
  );
}

/** Whether a plan describes a rule completely, or the rule does not exist. */
function isDescribed({ planned, copies }: Estate, rule: string): boolean {
  if (planned?.rules.has(rule) === true) return true;
  const isDeclared = [...(copies?.values() ?? [])].some((copy) => copy.rule === rule);
  return !isDeclared && planned?.unknown.has(rule) !== true;
}

function jobsOf(
  { base, head }: Readonly<Record<"base" | "head", PlannedMoves>>,
  rule: string,
): readonly ComparedMovement[] {
  return [...head.jobs].flatMap(([id, job]) => {
    const { account, region, movement: after } = job;
    const before = base.jobs.get(id)?.movement;
    if (job.rule !== rule || before === undefined || after === undefined) return [];
    return [{ place: `${account} ${region}`, accounts: [account], before, after }];
  });
}

function transitOf(
  { base, head }: Readonly<Record<"base" | "head", PlannedMoves>>,
  rule: string,
): readonly ComparedMovement[] {
  const sides = [base, head].map(({ rules, total }) => ({
    transit: noMovement(total?.currency),
    transitAccounts: [],
    ...rules.get(rule),
  }));
  const accounts = [...new Set(sides.flatMap(({ transitAccounts }) => transitAccounts))];
  const [before, after] = sides.map(({ transit }) => transit);
  if (accounts.length === 0 || before === undefined || after === undefined) return [];
  return [{ place: undefined, accounts, before, after }];
}

/**
 * One finding for each rule, about the movements of it whose texts differ.
 * @param textOf text of one side; undefined where there is none
 */
export function changedMovements(
  comparison: Comparison,
  textOf: (movement: Movement) => string | undefined,
  message: (about: string, after: string, previously: string) => string,
  valuesOf: (before: Movement, after: Movement) => Pick<Found, "data" | "cost">,
): readonly Found[] {
  return [...comparedMovements(comparison)].flatMap(([rule, movements]) => {
    const changed = movements.filter(({ before, after }) => isChanged(textOf(before), textOf(after)));
    const [first, ...others] = changed;
    if (first === undefined) return [];
    const before = others.map((one) => one.before).reduce(together, first.before);
    const after = others.map((one) => one.after).reduce(together, first.after);
    const [old = "", now = ""] = [textOf(before), textOf(after)];
    const named = `${kindOf(comparison, rule)}${rule}`;
    const places = changed.flatMap(({ place }) => (place === undefined ? [] : [place]));
    const hasTransit = places.length < changed.length;
    const about = [
      ...(places.length === 0 ? [] : [`${named} into ${placesText(places)}`]),
      ...(hasTransit ? [places.length === 0 ? `transit copies of ${named}` : "its transit copies"] : []),
    ].join(" and ");
    return [
      {
        message: message(
          about,
          now,
          old === now ? "the same total, distributed differently" : `previously ${old}`,
        ),
        resources: changed.map(({ place }) =>
          place === undefined ? `${named}, transit copies` : `${named} into ${place}`,
        ),
        accounts: [...new Set(changed.flatMap(({ accounts }) => accounts))],
        sources: [`copy jobs: ${rule}`],
        before: old,
        after: now,
        ...(changed.length === 1 ? {} : { including: partsOf(changed, textOf) }),
        ...valuesOf(before, after),
      },
    ];
  });
}

function isChanged(before: string | undefined, after: string | undefined): boolean {
  return before !== undefined && after !== undefined && before !== after;
}

/** Places with the same change are one part. */
function partsOf(
  changed: readonly ComparedMovement[],
  textOf: (movement: Movement) => string | undefined,
): readonly string[] {
  const parts = new Map<string, string[]>();
  for (const { place = "transit copies", before, after } of changed) {
    const difference = `${textOf(after)}, previously ${textOf(before)}`;
    parts.set(difference, [...(parts.get(difference) ?? []), place]);
  }
  return [...parts].map(
    ([difference, places]) => `${placesText(places)}: ${places.length === 1 ? "" : "each "}${difference}`,
  );
}

/** `image `, where one of the syntheses has the kind of a rule. */
export function kindOf({ base, head }: Comparison, rule: string): string {
  const copy = [head, base]
    .flatMap(({ copies }) => [...(copies?.values() ?? [])])
    .find((one) => one.rule === rule);
  return copy === undefined ? "" : `${copy.kind} `;
}
