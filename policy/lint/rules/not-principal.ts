import { inStatement, judge } from "../judge";
import type { Rule } from "../types";

export const notPrincipal: Rule = {
  id: "not-principal",
  appliesTo: ["key", "trust", "bucket"],
  title: "NotPrincipal refuses more than it seems to",
  explanation:
    "a Deny with NotPrincipal also refuses a listed role whose account is not listed, every session that is not listed itself in full, and everybody with a permissions boundary; with Allow it is not supported",
  fix: 'write Deny with Principal "*" and ArnNotEquals aws:PrincipalArn with the roles and users that are not meant',
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
