import { derived } from "@keyferry/common";
import { accountsIn, askKeyPolicy, callersOf, refuses, sessionIn, SOME_ACCOUNT } from "../ask";
import type { LintPolicy } from "../policy";
import { covers } from "../statement";
import type { Rule } from "../types";

export const keyLockout: Rule = {
  id: "key-lockout",
  appliesTo: ["key"],
  title: "no principal of the owning account could change this policy again",
  explanation:
    'KMS refuses it with "The new key policy will not allow you to update the key policy in the future"; if that check is bypassed, only AWS Support can make the key manageable again',
  fix: "begin with the default statement: Allow kms:* on * to the root principal of the owning account",
  source: "KMS developer guide, Default key policy",
  check: (policy) =>
    owners(policy).some((owner) => keepsIn(owner, policy))
      ? { verdict: "pass" }
      : {
          verdict: "fail",
          mistakes: [
            { place: "", what: "no statement allows kms:PutKeyPolicy to a principal of the owning account" },
          ],
        },
};

/** The owner, or every account that it could be. */
function owners(policy: LintPolicy): readonly string[] {
  if (policy.owner !== undefined) return [policy.owner];
  const named = accountsIn(policy);
  return named.length === 0 ? [SOME_ACCOUNT] : named;
}

/** The statements that allow changing the policy. */
const changing = derived(({ statements }: LintPolicy) =>
  statements.filter((statement) => statement.allows && covers(statement, "kms:PutKeyPolicy")),
);

/** Conditions are evaluated for the owner: a condition that every principal of the account meets causes no lockout. */
function keepsIn(owner: string, policy: LintPolicy): boolean {
  const owned = { ...policy, owner };
  const named = changing(policy)
    .flatMap((statement) => callersOf(statement, [owner]))
    .filter(({ account }) => account === owner);
  return [sessionIn(owner, "keyferry-lint"), ...named].some(
    (principal) => !refuses(askKeyPolicy(owned, { action: "kms:PutKeyPolicy", principal })),
  );
}
