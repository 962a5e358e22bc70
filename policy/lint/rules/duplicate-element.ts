import { judge } from "../judge";
import type { Rule } from "../types";

export const duplicateElement: Rule = {
  id: "duplicate-element",
  appliesTo: "any",
  title: "an element occurs twice in one block",
  explanation: "JSON parsers keep the last one and silently drop the others; AWS allows each element once",
  fix: "put the values in one list, or split the statement in two",
  source: "IAM user guide, Grammar of the IAM JSON policy language",
  check: ({ duplicates, mistake }) =>
    mistake === undefined && duplicates.length === 0
      ? { verdict: "pass" }
      : judge(duplicates, ({ place, name }) => [
          { place, what: `"${name}" occurs here for the second time` },
        ]),
};
