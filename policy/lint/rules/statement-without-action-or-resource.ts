import { inStatement, judge } from "../judge";
import type { LintPolicy, LintStatement } from "../policy";
import type { Rule } from "../types";

export const statementWithoutActionOrResource: Rule = {
  id: "statement-without-action-or-resource",
  appliesTo: ["key", "identity", "trust", "bucket"],
  title: "a statement has no Action or no Resource",
  explanation:
    "KMS accepts such a statement in a key policy, and it never takes effect; IAM and S3 refuse the policy (a trust policy has no Resource)",
  fix: 'add the missing element; in a key policy "Resource": "*" means this key',
  source:
    "KMS developer guide, Key policies: elements in a key policy; IAM user guide, Grammar of the IAM JSON policy language",
  check: ({ statements, kind }) =>
    judge(statements, (statement) =>
      missingIn(statement, kind).map((name) => inStatement(statement, `the statement has no ${name}`)),
    ),
};

function missingIn({ raw }: LintStatement, kind: LintPolicy["kind"]): readonly string[] {
  const required = kind === "trust" ? ["Action"] : ["Action", "Resource"];
  return required.filter((name) => raw[name] === undefined && raw[`Not${name}`] === undefined);
}
