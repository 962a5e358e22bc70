import type { Rule } from "../rule";
import { dataOf, dataText } from "./movement-text";
import { changedMovements } from "./planned-copies";

export const copyDataChanged: Rule = {
  id: "copy-data-changed",
  description: "The next run moves more or less data for a copy job that stays, by two plans of the copies.",
  severity: "notice",
  find: (comparison) =>
    changedMovements(
      comparison,
      dataText,
      (about, after, noLonger) => `the next run moves ${after} for ${about}, ${noLonger}`,
      (before, after) => ({ data: { before: dataOf(before), after: dataOf(after) } }),
    ),
};
