import { at, judge } from "../judge";
import { covers, principalsOfOtherAccounts } from "../statement";
import type { Rule } from "../types";

export const revokeGrantToAnotherAccount: Rule = {
  id: "revoke-grant-to-another-account",
  appliesTo: ["key"],
  title: "another account may revoke grants",
  explanation:
    "kms:RevokeGrant revokes any grant of the key, regardless of who created it; one account can cut off all others from their encrypted data by mistake",
  fix: "remove kms:RevokeGrant and retire grants instead: name a retiring principal when a grant is created",
  source: "EC2 Auto Scaling user guide, Required AWS KMS key policy for use with encrypted volumes",
  check: (policy) =>
    judge(policy.owner === undefined ? [] : policy.statements, (statement) =>
      covers(statement, "kms:RevokeGrant") && !covers(statement, "kms:PutKeyPolicy")
        ? principalsOfOtherAccounts(policy, statement).map((principal) =>
            at(principal, `${principal.text} may revoke grants that are not its own`),
          )
        : [],
    ),
};
