import { at, judge } from "../judge";
import type { Item, LintPolicy, LintStatement } from "../policy";
import { accountOf, principalsOfOtherAccounts } from "../statement";
import type { Rule } from "../types";

export const kmsStarToAnotherAccount: Rule = {
  id: "kms-star-to-another-account",
  appliesTo: ["key"],
  title: "kms:* for another account",
  explanation:
    "only cryptographic operations, DescribeKey, GetPublicKey, GetKeyRotationStatus and grants work across accounts; the rest of kms:* has no effect, and the part that works includes revoking any grant of the key",
  fix: "list what the other account needs: kms:DescribeKey, kms:Decrypt, kms:ReEncrypt*, kms:GenerateDataKey*, and kms:CreateGrant in a separate statement",
  source: "KMS developer guide, Allowing users in other accounts to use a KMS key",
  check: (policy) => {
    const everything = policy.statements.filter(
      ({ allows, actions }) => allows && actions.some(({ text }) => /^(kms:)?\*$/i.test(text)),
    );
    return judge(everything, (statement) =>
      accountsBeyondOwner(statement, everything, policy).map((principal) =>
        at(principal, `${principal.text} gets kms:*, which only the key's owner can use`),
      ),
    );
  },
};

/** If the owner is not known and there are several accounts, all of them: at most one can be the owner. */
function accountsBeyondOwner(
  statement: LintStatement,
  everything: readonly LintStatement[],
  policy: LintPolicy,
): readonly Item[] {
  if (policy.owner !== undefined) return principalsOfOtherAccounts(policy, statement);
  const named = (of: LintStatement) => of.principals.filter(({ text }) => accountOf(text) !== undefined);
  const accounts = new Set(everything.flatMap((other) => named(other).map(({ text }) => accountOf(text))));
  return accounts.size > 1 ? named(statement) : [];
}
