import type { Rule } from "../rule";
import { dataOf, dataText } from "./movement-text";
import { changedMovements } from "./planned-copies";

export const copyDataChanged: Rule = {
  id: "copy-data-changed",
  description:
    "The next run moves more or less data for a copy job that both sides have, by two plans of the copies.",
  severity: "notice",
  find: (comparison) =>
    changedMovements(
      comparison,
      dataText,
      (about, after, previously) => `the next run moves ${after} for ${about}, ${previously}`,
      (before, after) => ({ data: { before: dataOf(before), after: dataOf(after) } }),
    ),
};
