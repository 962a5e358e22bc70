import type { CopyPlan } from "../../review";
import { BUILDER, PROD } from "./estate";

/** Options of a plan of the copy jobs in `estate.ts`. */
export interface CopyPlanEdit {
  /** GiB that the next run moves into each Region of the destination. @default - nothing, both copies exist */
  readonly gib?: readonly [number, number];
  /** Cost of each copy. @default 0 */
  readonly once?: number;
  readonly monthly?: number;
  readonly currency?: string;
  readonly unpriced?: readonly string[];
  /** An additional transit copy, with this many GiB. */
  readonly transit?: number;
  /** An additional copy, in another account. */
  readonly added?: {
    readonly account: string;
    readonly gib: number;
    readonly once?: number;
    readonly monthly?: number;
    readonly unknown?: string;
  };
}

type PlannedCopy = CopyPlan["rules"][number]["copies"][number];

/** A plan of one rule whose image has 60 GiB. */
export function copyPlan(edit: CopyPlanEdit = {}): CopyPlan {
  const { gib = [0, 0], once = 0, monthly = 0, currency = "USD", unpriced = [], transit, added } = edit;
  const copies: PlannedCopy[] = [
    ...(transit === undefined ? [] : [copy(BUILDER, "eu-central-1", transit, { role: "transit" as const })]),
    copy(PROD, "eu-west-1", gib[0]),
    copy(PROD, "eu-central-1", gib[1]),
    ...(added === undefined
      ? []
      : [
          copy(
            added.account,
            "eu-west-1",
            added.gib,
            added.unknown === undefined ? {} : { action: "unknown" as const, unknown: added.unknown },
          ),
        ]),
  ];
  const costs = copies.map(({ node, role, account }) => ({
    rule: "web",
    node,
    once: role === "transit" ? 0 : account === added?.account ? (added.once ?? 0) : once,
    monthly: role === "transit" ? 0 : account === added?.account ? (added.monthly ?? 0) : monthly,
  }));
  return {
    rules: [{ rule: "web", dataGiB: 60, copies, shares: [] }],
    unknown: [],
    cost: {
      currency,
      copies: costs,
      once: costs.reduce((sum, cost) => sum + cost.once, 0),
      monthly: costs.reduce((sum, cost) => sum + cost.monthly, 0),
      unpriced,
    },
  };
}

function copy(
  account: string,
  region: string,
  dataGiB: number,
  change: Partial<PlannedCopy> = {},
): PlannedCopy {
  return {
    node: `web/${change.role ?? "final"}/${account}/${region}`,
    role: "final",
    account,
    region,
    action: dataGiB === 0 ? "verify" : "copy",
    dataGiB,
    crossRegionGiB: region === "eu-west-1" ? 0 : dataGiB,
    ...change,
  };
}
