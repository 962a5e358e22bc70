import type { Rule } from "../rule";
import { costText } from "./movement-text";
import { changedMovements } from "./planned-copies";

export const copyCostChanged: Rule = {
  id: "copy-cost-changed",
  description:
    "The next run costs more or less for a copy job that both sides have, by two plans of the copies.",
  severity: "notice",
  find: (comparison) =>
    changedMovements(
      comparison,
      ({ cost }) => cost && costText(cost),
      (about, after, previously) => `the next run costs ${after} for ${about}, ${previously}`,
      ({ cost: before }, { cost: after }) =>
        before === undefined || after === undefined ? {} : { cost: { before, after } },
    ),
};
