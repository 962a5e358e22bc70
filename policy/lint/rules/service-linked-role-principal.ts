import { all, at, judge } from "../judge";
import { accountOf } from "../statement";
import type { Rule } from "../types";

export const serviceLinkedRolePrincipal: Rule = {
  id: "service-linked-role-principal",
  appliesTo: ["key", "bucket"],
  title: "a service-linked role is named as a principal",
  explanation:
    "a service-linked role is made on first use, and AWS refuses a policy whose principal does not exist yet; when the role is deleted and made anew, the policy no longer lets it in",
  fix: 'let Principal {"AWS": "*"} in under StringEquals kms:CallerAccount (the own account) and ArnEquals aws:PrincipalArn (the role\'s ARN): it works before the role exists',
  source: "EC2 Auto Scaling user guide, Required AWS KMS key policy for use with encrypted volumes",
  check: ({ statements, context, owner }) =>
    judge(
      all(statements, ({ principals }) => principals).filter(
        ({ text }) =>
          text.includes(":role/aws-service-role/") && (owner === undefined || accountOf(text) === owner),
      ),
      (principal) =>
        context.existingRoles?.includes(principal.text) === true
          ? []
          : [at(principal, `${principal.text} may not exist`)],
    ),
};
