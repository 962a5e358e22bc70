import { at, judge } from "../judge";
import { covers, foreignPrincipals } from "../statement";
import type { Rule } from "../types";

export const revokeGrantToAnotherAccount: Rule = {
  id: "revoke-grant-to-another-account",
  appliesTo: ["key"],
  title: "another account may revoke grants",
  explanation:
    "kms:RevokeGrant ends any grant of the key, whoever made it; by mistake one account can cut all others off their encrypted data",
  fix: "leave kms:RevokeGrant out and let grants be retired: name a retiring principal when a grant is made",
  source: "EC2 Auto Scaling user guide, Required AWS KMS key policy for use with encrypted volumes",
  check: (policy) =>
    judge(policy.owner === undefined ? [] : policy.statements, (statement) =>
      covers(statement, "kms:RevokeGrant") && !covers(statement, "kms:PutKeyPolicy")
        ? foreignPrincipals(policy, statement).map((principal) =>
            at(principal, `${principal.text} may revoke grants that are not its own`),
          )
        : [],
    ),
};
