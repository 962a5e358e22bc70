import { all, at, judge } from "../judge";
import { foreignPrincipals } from "../statement";
import type { Rule } from "../types";

export const serviceLinkedRoleOfAnotherAccount: Rule = {
  id: "service-linked-role-of-another-account",
  appliesTo: ["key"],
  title: "a service-linked role of another account is named as a principal",
  explanation:
    "access from another account needs the consent of that account's IAM as well, and nobody can attach an IAM policy to a service-linked role: no key policy can let it in",
  fix: "allow kms:CreateGrant on the key to the role's account, and let that account make a grant for its service-linked role: aws kms create-grant --grantee-principal <ARN of the role>",
  source: "EC2 Auto Scaling user guide, Required AWS KMS key policy for use with encrypted volumes",
  check: (policy) =>
    judge(
      all(policy.statements, (statement) => foreignPrincipals(policy, statement)),
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
