import { at, judge, type Located } from "../judge";
import type { LintPolicy, LintStatement } from "../policy";
import { accountOf, isAccountPrincipal, isKey, limits } from "../statement";
import type { Rule } from "../types";

export const serviceLinkedRoleCondition: Rule = {
  id: "service-linked-role-condition",
  appliesTo: ["key"],
  title: "a service-linked role that this statement does not let in",
  explanation:
    "an account as principal leaves the decision to that account's IAM, and access from another account needs IAM's consent as well; nobody can attach an IAM policy to a service-linked role",
  fix: 'for the own account let Principal {"AWS": "*"} in under kms:CallerAccount and aws:PrincipalArn; for another account allow kms:CreateGrant to it, and let it make a grant for its role',
  source:
    "EC2 Auto Scaling user guide, Required AWS KMS key policy for use with encrypted volumes; KMS developer guide, Default key policy",
  check: (policy) =>
    judge(policy.statements.flatMap(serviceLinkedRoles), (role) => {
      const wrong = whatIsWrong(role, policy);
      return wrong === undefined ? [] : [at(role, wrong)];
    }),
};

/** The service-linked roles that an Allow is narrowed to. */
function serviceLinkedRoles(statement: LintStatement): readonly Located[] {
  return statement.conditions
    .filter((condition) => statement.allows && isKey(condition, ["aws:PrincipalArn"]) && limits(condition))
    .flatMap(({ values }) => values.filter(({ text }) => text.includes(":role/aws-service-role/")))
    .map((value) => ({ ...value, statement }));
}

function whatIsWrong({ text, statement }: Located, { owner }: LintPolicy): string | undefined {
  if (statement.principals.every((principal) => isAccountPrincipal(principal.text))) {
    return `${text} is narrowed to under an account as principal`;
  }
  const account = accountOf(text);
  return account !== undefined && owner !== undefined && account !== owner
    ? `${text} belongs to another account than the key`
    : undefined;
}
