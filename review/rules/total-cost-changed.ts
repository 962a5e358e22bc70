import type { Rule } from "../rule";
import { copiesUnplanned } from "./copies-unplanned";
import { costText, differenceText } from "./movement-text";
import { plansOf } from "./planned-copies";

export const totalCostChanged: Rule = {
  id: "total-cost-changed",
  description:
    "All copies of the next run together cost more or less, once or each month, by two plans of the copies.",
  severity: "notice",
  find: (comparison) => {
    const plans = plansOf(comparison);
    const [before, after] = [plans?.base.total, plans?.head.total];
    if (before === undefined || after === undefined || costText(before) === costText(after)) return [];
    const difference = differenceText(before, after);
    const unpriced = [...new Set([plans?.base.unpriced ?? [], plans?.head.unpriced ?? []].flat())];
    const message = [
      `all copies of the next run cost ${costText(after)}, previously ${costText(before)}`,
      ...(difference === undefined ? [] : [`: ${difference}`]),
      ...(copiesUnplanned.find(comparison).length === 0
        ? []
        : ["; what copies-unplanned names is not included"]),
      ...(unpriced.length === 0 ? [] : [`; there is no price for ${unpriced.join(", ")}`]),
    ].join("");
    return [
      {
        message,
        resources: ["copy jobs"],
        accounts: [],
        sources: [],
        before: costText(before),
        after: costText(after),
        cost: { before, after },
      },
    ];
  },
};
