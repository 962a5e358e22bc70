import { inStatement, judge } from "../judge";
import type { Rule } from "../types";

export const principalMissing: Rule = {
  id: "principal-missing",
  appliesTo: ["key", "trust", "bucket"],
  title: "a statement of a resource-based policy has no principal",
  explanation:
    "in the policy of a key, a role or a bucket, each statement must name the principals it applies to; otherwise AWS refuses the policy",
  fix: "add Principal",
  source: "IAM user guide, AWS JSON policy elements: Principal",
  check: ({ statements }) =>
    judge(statements, (statement) =>
      statement.raw["Principal"] === undefined && statement.raw["NotPrincipal"] === undefined
        ? [inStatement(statement, "the statement has no Principal")]
        : [],
    ),
};
