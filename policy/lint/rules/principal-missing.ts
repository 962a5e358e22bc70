import { inStatement, judge } from "../judge";
import type { Rule } from "../types";

export const principalMissing: Rule = {
  id: "principal-missing",
  appliesTo: ["key", "trust", "bucket"],
  title: "a statement of a resource's policy names no principal",
  explanation:
    "a policy of a key, a role or a bucket must say whom each statement speaks of; AWS refuses it otherwise",
  fix: "add Principal",
  source: "IAM user guide, AWS JSON policy elements: Principal",
  check: ({ statements }) =>
    judge(statements, (statement) =>
      statement.raw["Principal"] === undefined && statement.raw["NotPrincipal"] === undefined
        ? [inStatement(statement, "there is no Principal")]
        : [],
    ),
};
