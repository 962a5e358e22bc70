import { at, judge } from "../judge";
import type { LintPolicy, LintStatement } from "../policy";
import { principalsOfOtherAccounts } from "../statement";
import { words } from "../actions/words";
import type { Rule } from "../types";

/** Operations that KMS's API reference marks with "Cross-account use: Yes", as actions. */
const WORK_ACROSS_ACCOUNTS = words(`
  CreateGrant Decrypt DeriveSharedSecret DescribeKey Encrypt GenerateDataKey GenerateDataKeyPair
  GenerateDataKeyPairWithoutPlaintext GenerateDataKeyWithoutPlaintext GenerateMac GetKeyRotationStatus
  GetPublicKey ListGrants ReEncryptFrom ReEncryptTo RetireGrant RevokeGrant Sign Verify VerifyMac
`).map((name) => `kms:${name}`.toLowerCase());

export const ineffectiveAcrossAccounts: Rule = {
  id: "ineffective-across-accounts",
  appliesTo: ["key"],
  title: "an action that never works across accounts",
  explanation: "KMS allows only principals of the owning account to do this, regardless of the policies",
  fix: "remove the action for the other account, and let a role of the owning account do it",
  source:
    "KMS API reference, Cross-account use; KMS developer guide, Allowing users in other accounts to use a KMS key",
  check: (policy) =>
    judge(
      policy.statements.filter((statement) => isForOthersOnly(policy, statement)),
      (statement) =>
        statement.actions
          .filter(({ text }) => /^kms:\w+$/.test(text) && text.toLowerCase() !== "kms:reencrypt")
          .filter(({ text }) => !WORK_ACROSS_ACCOUNTS.includes(text.toLowerCase()))
          .map((action) => at(action, `${action.text} has no effect for another account`)),
    ),
};

function isForOthersOnly(policy: LintPolicy, statement: LintStatement): boolean {
  const others = principalsOfOtherAccounts(policy, statement);
  return others.length > 0 && others.length === statement.principals.length;
}
