import { derived } from "@keyferry/common";
import type { RequestPrincipal } from "@keyferry/evaluator";
import { accountsIn, askKeyPolicy, callersNamed, refuses, sessionIn, SOME_ACCOUNT } from "../ask";
import type { LintPolicy } from "../policy";
import { mayBeAllowed } from "../possible-requests";
import { covers, isKey } from "../statement";
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
            { place: "", what: "kms:PutKeyPolicy is refused to every principal of the owning account" },
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
  statements.filter((statement) => statement.allows && covers(statement, PUT_KEY_POLICY)),
);

/**
 * Whether a principal of the owner can change the policy with some request: with MFA, from an address, with a tag, as far as the conditions require it. A
 * condition that no request of the owner meets does lock it out.
 */
function keepsIn(owner: string, policy: LintPolicy): boolean {
  const owned = { ...policy, owner };
  const questions = principalsOf(owner, policy).map((principal) => ({ action: PUT_KEY_POLICY, principal }));
  return (
    questions.some((question) => !refuses(askKeyPolicy(owned, question))) ||
    changing(policy).some((allow) => questions.some((question) => mayBeAllowed(owned, allow, question)))
  );
}

/** Any session of the owner's account, and its principals that the policy names: also those that a Deny leaves out. */
function principalsOf(owner: string, policy: LintPolicy): readonly RequestPrincipal[] {
  const named = namedIn(policy).filter(({ account }) => account === owner);
  return [sessionIn(owner, "keyferry-lint"), ...named];
}

/** Without duplicates: many statements name the same principals. */
const namedIn = derived(({ statements }: LintPolicy): readonly RequestPrincipal[] => {
  const ofStatements = statements
    .filter((statement) => covers(statement, PUT_KEY_POLICY))
    .flatMap(({ principals, conditions }) => [
      ...principals,
      ...conditions
        .filter((condition) => isKey(condition, ["aws:PrincipalArn"]))
        .flatMap(({ values }) => values),
    ]);
  return [...new Set(ofStatements.map(({ text }) => text))].flatMap((name) => callersNamed(name, []));
});

const PUT_KEY_POLICY = "kms:PutKeyPolicy";
