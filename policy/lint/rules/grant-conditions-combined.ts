import { inStatement, judge } from "../judge";
import { covers, limitedBy } from "../statement";
import type { Rule } from "../types";

export const grantConditionsCombined: Rule = {
  id: "grant-conditions-combined",
  appliesTo: ["key", "identity"],
  title: "two conditions on kms:CreateGrant that together deny manual calls",
  explanation:
    "all conditions of one statement must be met: with kms:GrantIsForAWSResource, a person, the CLI or Terraform can never create the grant for the role in kms:GranteePrincipal",
  fix: "write two statements: one with kms:GrantIsForAWSResource, one with kms:GranteePrincipal",
  source: "KMS developer guide, AWS KMS condition keys: kms:GrantIsForAWSResource",
  check: ({ statements }) =>
    judge(
      statements.filter((statement) => statement.allows && covers(statement, "kms:CreateGrant")),
      (statement) =>
        limitedBy(statement, ["kms:GrantIsForAWSResource"]) && limitedBy(statement, ["kms:GranteePrincipal"])
          ? [
              inStatement(
                statement,
                "kms:GrantIsForAWSResource and kms:GranteePrincipal are in one statement",
                `${statement.place}.Condition`,
              ),
            ]
          : [],
    ),
};
