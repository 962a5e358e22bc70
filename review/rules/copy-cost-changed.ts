import type { Rule } from "../rule";
import { costText } from "./movement-text";
import { changedMovements } from "./planned-copies";

export const copyCostChanged: Rule = {
  id: "copy-cost-changed",
  description:
    "What the next run makes for a copy job that stays costs more or less, by two plans of the copies.",
  severity: "notice",
  find: (comparison) =>
    changedMovements(
      comparison,
      ({ cost }) => cost && costText(cost),
      (about, after, noLonger) => `the next run costs ${after} for ${about}, ${noLonger}`,
      ({ cost: before }, { cost: after }) =>
        before === undefined || after === undefined ? {} : { cost: { before, after } },
    ),
};
