import { all, at, judge } from "../judge";
import { accountOf } from "../statement";
import type { Rule } from "../types";

export const serviceLinkedRolePrincipal: Rule = {
  id: "service-linked-role-principal",
  appliesTo: ["key", "bucket"],
  title: "a service-linked role is named as a principal",
  explanation:
    "AWS creates a service-linked role on first use, and refuses a policy whose principal does not exist yet; when the role is deleted and created again, the policy no longer allows it",
  fix: 'allow Principal {"AWS": "*"} with StringEquals kms:CallerAccount (the owning account) and ArnEquals aws:PrincipalArn (the role\'s ARN), which works before the role exists',
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
