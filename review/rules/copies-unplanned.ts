import type { Found } from "../finding";
import type { Estate } from "../read/estate";
import type { PlannedMoves } from "../read/planned-moves";
import type { Comparison, Rule } from "../rule";
import { placesText } from "./copies";
import { kindOf, plansOf } from "./planned-copies";

const SIDES = [
  { side: "base", when: "before" },
  { side: "head", when: "after" },
] as const;

export const copiesUnplanned: Rule = {
  id: "copies-unplanned",
  description:
    "A plan of the copies lacks data or costs, or is of another topology, so how they change is unknown.",
  severity: "notice",
  find: (comparison) => {
    const plans = plansOf(comparison);
    if (plans === undefined) return [];
    return [
      ...SIDES.flatMap(({ side, when }) => {
        const say = (rule: string, what: string) => found(comparison, rule, when, what);
        return [
          ...[...plans[side].unknown].map(([rule, because]) => say(rule, `: ${because}`)),
          ...[...plans[side].rules].flatMap(([rule, { unread }]) =>
            unread.map((because) =>
              say(rule, `, because AWS did not let the plan read everything: ${because}`),
            ),
          ),
          ...missing(comparison[side], plans[side]).map(({ rule, places }) =>
            say(rule, ` into ${placesText(places)}, which it does not have: ${WHY_MISSING}`),
          ),
          ...ofAnotherTopology(comparison, side, plans[side], when),
        ];
      }),
      ...withoutPrices(plans),
    ];
  },
};

const WHY_MISSING = "`run` would refuse its source, or the plan was made with --only, or of another topology";

function found(comparison: Comparison, rule: string, when: string, what: string): Found {
  const named = `${kindOf(comparison, rule)}${rule}`;
  return {
    message: `the plan ${when} does not say what the next run moves for ${named}${what}`,
    resources: [named],
    accounts: [],
    sources: [`copy jobs: ${rule}`],
  };
}

interface Jobs {
  readonly rule: string;
  readonly places: readonly string[];
}

/** Copy jobs of the synthesis that the plan does not have, without those of rules for which the plan gives the reason. */
function missing({ copies }: Estate, { jobs, unknown }: PlannedMoves): readonly Jobs[] {
  const absent = [...(copies ?? [])].filter(([id, { rule }]) => !jobs.has(id) && !unknown.has(rule));
  const rules = new Map<string, string[]>();
  for (const [, { rule, to }] of absent) {
    rules.set(rule, [...(rules.get(rule) ?? []), `${to.account} ${to.region}`]);
  }
  return [...rules].map(([rule, places]) => ({ rule, places }));
}

/** Copy jobs of the plan that the synthesis does not have: the plan is of another topology. */
function ofAnotherTopology(
  comparison: Comparison,
  side: "base" | "head",
  { jobs }: PlannedMoves,
  when: string,
): readonly Found[] {
  const { copies } = comparison[side];
  if (copies === undefined) return [];
  const ids = [...jobs.keys()].filter((id) => !copies.has(id));
  if (ids.length === 0) return [];
  return [
    {
      message: `the plan ${when} is of another topology than the synthesis, which has no copy job ${placesText(ids)}`,
      resources: ["copy jobs"],
      accounts: [...new Set(ids.flatMap((id) => jobs.get(id)?.account ?? []))],
      sources: [],
    },
  ];
}

function withoutPrices({ base, head }: Readonly<Record<"base" | "head", PlannedMoves>>): readonly Found[] {
  if ((base.total === undefined) === (head.total === undefined)) return [];
  const when = base.total === undefined ? "before" : "after";
  const message = `the plan ${when} has no prices, so how costs change is unknown`;
  return [{ message, resources: ["copy jobs"], accounts: [], sources: [] }];
}
