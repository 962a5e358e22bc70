import { at, judge } from "../judge";
import { foreignPrincipals } from "../statement";
import type { Rule } from "../types";

export const kmsStarToAnotherAccount: Rule = {
  id: "kms-star-to-another-account",
  appliesTo: ["key"],
  title: "kms:* for another account",
  explanation:
    "only cryptographic operations, DescribeKey, GetPublicKey, GetKeyRotationStatus and grants work across accounts; the rest of kms:* has no effect, and what works includes revoking everybody's grants",
  fix: "list what the other account needs: kms:DescribeKey, kms:Decrypt, kms:ReEncrypt*, kms:GenerateDataKey*, and kms:CreateGrant in a statement of its own",
  source: "KMS developer guide, Allowing users in other accounts to use a KMS key",
  check: (policy) =>
    judge(policy.owner === undefined ? [] : policy.statements, (statement) =>
      statement.actions.some(({ text }) => /^(kms:)?\*$/i.test(text))
        ? foreignPrincipals(policy, statement).map((principal) =>
            at({ ...principal, statement }, `${principal.text} gets kms:*`),
          )
        : [],
    ),
};
