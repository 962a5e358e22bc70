import { inStatement, judge } from "../judge";
import type { Rule } from "../types";

export const notPrincipal: Rule = {
  id: "not-principal",
  appliesTo: ["key", "trust", "bucket"],
  title: "NotPrincipal denies more principals than intended",
  explanation:
    "a Deny with NotPrincipal also denies a listed role whose account is not listed, every session that is not itself listed in full, and every principal with a permissions boundary; NotPrincipal with Allow is not supported",
  fix: 'write Deny with Principal "*" and ArnNotEquals aws:PrincipalArn with the roles and users to exclude from the Deny',
  source: "IAM user guide, AWS JSON policy elements: NotPrincipal",
  check: ({ statements }) =>
    judge(
      statements.filter(({ principals, raw }) => principals.length > 0 || raw["NotPrincipal"] !== undefined),
      (statement) =>
        statement.raw["NotPrincipal"] === undefined
          ? []
          : [
              inStatement(
                statement,
                `${statement.allows ? "Allow" : "Deny"} with NotPrincipal`,
                `${statement.place}.NotPrincipal`,
              ),
            ],
    ),
};
