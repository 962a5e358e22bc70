import type { Rule } from "../rule";
import { copiesOnlyIn, toldByRule } from "./copies";
import { plannedJobs } from "./planned-jobs";

export const copyAdded: Rule = {
  id: "copy-added",
  description: "A copy job is added.",
  severity: "notice",
  find: (comparison) =>
    toldByRule(
      copiesOnlyIn(comparison, "head"),
      (what, into, from) => `${what} also arrives in ${into}, from ${from}`,
      plannedJobs(comparison, "head"),
    ),
};
