import { all, at, judge } from "../judge";
import { principalsOfOtherAccounts } from "../statement";
import type { Rule } from "../types";

export const serviceLinkedRoleOfAnotherAccount: Rule = {
  id: "service-linked-role-of-another-account",
  appliesTo: ["key"],
  title: "a service-linked role of another account is named as a principal",
  explanation:
    "access from another account also needs an IAM policy in that account, and no one can attach an IAM policy to a service-linked role: no key policy can allow it",
  fix: "allow kms:CreateGrant on the key to the role's account, and make a grant for the service-linked role in that account: aws kms create-grant --grantee-principal <ARN of the role>",
  source: "EC2 Auto Scaling user guide, Required AWS KMS key policy for use with encrypted volumes",
  check: (policy) =>
    judge(
      all(policy.statements, (statement) => principalsOfOtherAccounts(policy, statement)),
      (principal) =>
        principal.text.includes(":role/aws-service-role/")
          ? [
              at(
                principal,
                `${principal.text} belongs to another account than the key; that account must make a grant for it`,
              ),
            ]
          : [],
    ),
};
