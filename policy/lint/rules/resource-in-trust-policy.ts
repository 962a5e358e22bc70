import { inStatement, judge } from "../judge";
import type { Rule } from "../types";

export const resourceInTrustPolicy: Rule = {
  id: "resource-in-trust-policy",
  appliesTo: ["trust"],
  title: "a trust policy names a Resource",
  explanation:
    'a trust policy always applies to its own role; IAM refuses a Resource in it with "Has prohibited field Resource"',
  fix: "remove Resource",
  source: "IAM user guide, How to use trust policies with IAM roles",
  check: ({ statements }) =>
    judge(statements, (statement) =>
      ["Resource", "NotResource"]
        .filter((name) => statement.raw[name] !== undefined)
        .map((name) => inStatement(statement, `the statement has ${name}`, `${statement.place}.${name}`)),
    ),
};
