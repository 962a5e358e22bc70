import { judge } from "../judge";
import type { Rule } from "../types";

export const duplicateElement: Rule = {
  id: "duplicate-element",
  appliesTo: "any",
  title: "an element stands twice in one block",
  explanation:
    "whoever reads JSON keeps the last one and silently drops the others; AWS allows an element once",
  fix: "join the values in one list, or split the statement in two",
  source: "IAM user guide, Grammar of the IAM JSON policy language",
  check: ({ duplicates, mistake }) =>
    mistake === undefined && duplicates.length === 0
      ? { verdict: "pass" }
      : judge(duplicates, ({ place, name }) => [
          { place, what: `"${name}" stands here for the second time` },
        ]),
};
