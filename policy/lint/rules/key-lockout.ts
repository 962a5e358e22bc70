import type { LintPolicy, LintStatement } from "../policy";
import { accountOf, covers } from "../statement";
import type { Rule } from "../types";

export const keyLockout: Rule = {
  id: "key-lockout",
  appliesTo: ["key"],
  title: "nobody of the owning account could change this policy again",
  explanation:
    'KMS refuses it with "The new key policy will not allow you to update the key policy in the future"; put in past that check, only AWS Support can bring the key back',
  fix: "begin with the default statement: Allow kms:* on * to the root principal of the owning account",
  source: "KMS developer guide, Default key policy",
  check: (policy) =>
    policy.statements.some((statement) => keepsOwnerIn(statement, policy))
      ? { verdict: "pass" }
      : {
          verdict: "fail",
          mistakes: [{ place: "", what: "no statement allows a principal of the owner kms:PutKeyPolicy" }],
        },
};

/** Only a statement without conditions is sure to. */
function keepsOwnerIn(statement: LintStatement, { owner }: LintPolicy): boolean {
  return (
    statement.allows &&
    statement.conditions.length === 0 &&
    covers(statement, "kms:PutKeyPolicy") &&
    statement.resources.some(({ text }) => text === "*") &&
    statement.principals.some(({ text, negated }) => {
      const account = accountOf(text);
      return (
        !negated && (text === "*" || (account !== undefined && (owner === undefined || account === owner)))
      );
    })
  );
}
