import { all, at, judge } from "../judge";
import { accountOf, isOpen } from "../statement";
import type { Rule } from "../types";

export const principalDoesNotExist: Rule = {
  id: "principal-does-not-exist",
  appliesTo: ["key", "trust", "bucket"],
  title: "a role that does not exist is named as a principal",
  explanation:
    'AWS refuses the whole policy with "Policy contains a statement with one or more invalid principals"',
  fix: "create the role first and wait until it is visible, or name its account and add a condition on aws:PrincipalArn",
  source: "KMS developer guide, Key policies: elements in a key policy",
  check: ({ statements, context: { existingRoles = [] } }) => {
    const knownAccounts = new Set(existingRoles.map(accountOf));
    return judge(
      all(statements, ({ principals }) => principals).filter(
        ({ text }) =>
          text.includes(":role/") &&
          !text.includes(":role/aws-service-role/") &&
          !isOpen(text) &&
          knownAccounts.has(accountOf(text)),
      ),
      (principal) =>
        existingRoles.includes(principal.text) ? [] : [at(principal, `${principal.text} does not exist`)],
    );
  },
};
