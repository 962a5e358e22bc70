import type { Rule } from "../rule";
import { copiesOnlyIn, toldByRule } from "./copies";
import { plannedJobs } from "./planned-jobs";

export const copyRemoved: Rule = {
  id: "copy-removed",
  description: "A copy job is removed: no new copies arrive there; existing copies stay.",
  severity: "blocking",
  find: (comparison) =>
    toldByRule(
      copiesOnlyIn(comparison, "base"),
      (what, into) => `${what} no longer arrives in ${into}`,
      plannedJobs(comparison, "base"),
    ),
};
