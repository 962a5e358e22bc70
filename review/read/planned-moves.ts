import type { DeclaredCopy } from "./copies";
import { costId, jobId, type CopyPlan } from "./copy-plan";

/** In the currency of the plan's prices. */
export interface Cost {
  readonly currency: string;
  readonly once: number;
  readonly monthly: number;
}

/** Data that the next run moves, and its cost. */
export interface Movement {
  /** All data, within a Region or not. */
  readonly gib: number;
  /** Data that leaves a Region. */
  readonly crossRegionGiB: number;
  /** Undefined where the plan has no prices. */
  readonly cost: Cost | undefined;
}

export interface PlannedJob {
  readonly rule: string;
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
  /** Undefined where AWS did not let the plan read it. */
  readonly movement: Movement | undefined;
  /** Data of a full copy of the source. */
  readonly fullGiB: number;
}

export interface PlannedRule {
  /** Of all transit copies together; undefined where AWS did not let the plan read one of them. */
  readonly transit: Movement | undefined;
  /** 12-digit ids of the accounts that have transit copies. */
  readonly transitAccounts: readonly string[];
  /** Why AWS did not let the plan read some of the copies, one reason each. */
  readonly unread: readonly string[];
}

/** What the next run would do with each copy job, according to a plan. */
export interface PlannedMoves {
  readonly rules: ReadonlyMap<string, PlannedRule>;
  /** By rule and destination; shares are included and move nothing. */
  readonly jobs: ReadonlyMap<string, PlannedJob>;
  /** Rule -> AWS's reason why nothing is known about it. */
  readonly unknown: ReadonlyMap<string, string>;
  /** Undefined where the plan has no prices. */
  readonly total: Cost | undefined;
  /** Items without a price, one phrase each. */
  readonly unpriced: readonly string[];
}

/**
 * A plan by copy job.
 * @param declared copy jobs of the synthesis: a copy that others launch from is in no plan where the source image can be used directly
 */
export function plannedMoves(
  plan: CopyPlan | undefined,
  declared: readonly DeclaredCopy[] = [],
): PlannedMoves | undefined {
  if (plan === undefined) return undefined;
  const { rules, unknown, cost } = plan;
  const costs = new Map((cost?.copies ?? []).map((copy) => [costId(copy.rule, copy.node), copy]));
  const nothing = noMovement(cost?.currency);
  const movementOf = (rule: string, copy: PlannedCopy): Movement => {
    const { once = 0, monthly = 0 } = costs.get(costId(rule, copy.node)) ?? {};
    return {
      gib: copy.dataGiB,
      crossRegionGiB: copy.crossRegionGiB,
      cost: cost && { currency: cost.currency, once, monthly },
    };
  };
  const named = new Set(rules.map(({ rule }) => rule));
  const asTheyAre = declared
    .filter(({ rule, route }) => route === "copy-to-share" && named.has(rule))
    .map(({ rule, to }): [string, PlannedJob] => [
      jobId(rule, to),
      { rule, ...to, movement: nothing, fullGiB: 0 },
    ]);
  const jobs = rules.flatMap(({ rule, copies, shares, dataGiB: fullGiB }) => [
    ...copies
      .filter(({ role }) => role === "final")
      .map((copy): [string, PlannedJob] => {
        const { account, region } = copy;
        const movement = copy.action === "unknown" ? undefined : movementOf(rule, copy);
        return [jobId(rule, copy), { rule, account, region, movement, fullGiB }];
      }),
    ...shares.map(({ account, region }): [string, PlannedJob] => [
      jobId(rule, { account, region }),
      { rule, account, region, movement: nothing, fullGiB: 0 },
    ]),
  ]);
  return {
    rules: new Map(
      rules.map(({ rule, copies }): [string, PlannedRule] => {
        const transits = copies.filter(({ role }) => role === "transit");
        const isRead = transits.every(({ action }) => action !== "unknown");
        const reasons = copies.flatMap((copy) =>
          copy.action === "unknown" ? [copy.unknown ?? "AWS does not say"] : [],
        );
        return [
          rule,
          {
            transit: isRead
              ? transits.map((copy) => movementOf(rule, copy)).reduce(together, nothing)
              : undefined,
            transitAccounts: [...new Set(transits.map(({ account }) => account))],
            unread: [...new Set(reasons)],
          },
        ];
      }),
    ),
    // The entries of the plan come last and take precedence.
    jobs: new Map([...asTheyAre, ...jobs]),
    unknown: new Map(unknown.map(({ rule, because }) => [rule, because])),
    total: cost && { currency: cost.currency, once: cost.once, monthly: cost.monthly },
    unpriced: cost?.unpriced ?? [],
  };
}

type PlannedCopy = CopyPlan["rules"][number]["copies"][number];

/** @param currency undefined where there are no prices */
export function noMovement(currency: string | undefined): Movement {
  const cost = currency === undefined ? undefined : { currency, once: 0, monthly: 0 };
  return { gib: 0, crossRegionGiB: 0, cost };
}

/** Adds two costs of one plan, which have the same currency. */
export function together(one: Movement, other: Movement): Movement {
  return {
    gib: sum(one.gib, other.gib),
    crossRegionGiB: sum(one.crossRegionGiB, other.crossRegionGiB),
    cost: one.cost &&
      other.cost && {
        currency: one.cost.currency,
        once: one.cost.once + other.cost.once,
        monthly: one.cost.monthly + other.cost.monthly,
      },
  };
}

/** Rounded to hundredths, as in plans. */
function sum(one: number, other: number): number {
  return Math.round((one + other) * 100) / 100;
}
