import { at, judge, type Located } from "../judge";
import type { LintPolicy, LintStatement } from "../policy";
import { accountOf, isAccountPrincipal, isKey, limits } from "../statement";
import type { Rule } from "../types";

export const serviceLinkedRoleCondition: Rule = {
  id: "service-linked-role-condition",
  appliesTo: ["key"],
  title: "a service-linked role that this statement does not allow",
  explanation:
    "an account as principal leaves the decision to the IAM policies of that account, and access from another account also needs an IAM policy there; no one can attach an IAM policy to a service-linked role",
  fix: 'for the owning account, allow Principal {"AWS": "*"} with conditions on kms:CallerAccount and aws:PrincipalArn; for another account, allow kms:CreateGrant to the account, which then creates a grant for its role',
  source:
    "EC2 Auto Scaling user guide, Required AWS KMS key policy for use with encrypted volumes; KMS developer guide, Default key policy",
  check: (policy) =>
    judge(policy.statements.flatMap(serviceLinkedRoles), (role) => {
      const wrong = whatIsWrong(role, policy);
      return wrong === undefined ? [] : [at(role, wrong)];
    }),
};

/** The service-linked roles that the conditions of an Allow name. */
function serviceLinkedRoles(statement: LintStatement): readonly Located[] {
  return statement.conditions
    .filter((condition) => statement.allows && isKey(condition, ["aws:PrincipalArn"]) && limits(condition))
    .flatMap(({ values }) => values.filter(({ text }) => text.includes(":role/aws-service-role/")))
    .map((value) => ({ ...value, statement }));
}

function whatIsWrong({ text, statement }: Located, { owner }: LintPolicy): string | undefined {
  if (statement.principals.every((principal) => isAccountPrincipal(principal.text))) {
    return `the condition names ${text}, but the principal is an account`;
  }
  const account = accountOf(text);
  return account !== undefined && owner !== undefined && account !== owner
    ? `${text} does not belong to the account of the key`
    : undefined;
}
