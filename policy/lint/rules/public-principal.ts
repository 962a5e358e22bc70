import { inStatement, judge } from "../judge";
import { letsStrangersIn } from "../strangers";
import type { Rule } from "../types";

export const publicPrincipal: Rule = {
  id: "public-principal",
  appliesTo: ["key", "trust", "bucket"],
  title: "the statement allows every principal of every account",
  explanation:
    'Principal "*" in an Allow means every principal of every account; a condition on an external id, a service or encryption does not limit who they are',
  fix: "name the accounts, or add a condition on aws:PrincipalOrgID, aws:PrincipalAccount, kms:CallerAccount or aws:PrincipalArn",
  source:
    "KMS developer guide, Key policies: elements in a key policy; Amazon S3 user guide, The meaning of public",
  check: (policy) =>
    judge(
      policy.statements.filter(
        ({ allows, principals }) =>
          allows && principals.some(({ type, text }) => text === "*" && ["*", "AWS"].includes(type)),
      ),
      (statement) =>
        letsStrangersIn(policy, statement)
          ? [
              inStatement(
                statement,
                'Principal "*" without a condition that limits who the caller is',
                `${statement.place}.Principal`,
              ),
            ]
          : [],
    ),
};
