import { derived } from "@keyferry/common";
import type { RequestPrincipal } from "@keyferry/evaluator";
import { accountsIn, askKeyPolicy, callersNamed, refuses, sessionIn, SOME_ACCOUNT } from "../ask";
import type { LintPolicy, LintStatement } from "../policy";
import { mayBeAllowed } from "../possible-requests";
import { accountOf, covers, isAccountPrincipal, isKey } from "../statement";
import type { Rule } from "../types";

const PUT_KEY_POLICY = "kms:PutKeyPolicy";

/** A policy that needs more searches, which is larger than KMS accepts, is not said to lock anybody out. */
const MOST_SEARCHES = 3_000;

export const keyLockout: Rule = {
  id: "key-lockout",
  appliesTo: ["key"],
  title: "no principal of the owning account could change this policy again",
  explanation:
    'KMS refuses it with "The new key policy will not allow you to update the key policy in the future"; if that check is bypassed, only AWS Support can make the key manageable again',
  fix: "begin with the default statement: Allow kms:* on * to the root principal of the owning account",
  source: "KMS developer guide, Default key policy",
  check: (policy) =>
    owners(policy).some((owner) => keepsIn(owner, policy)) || hasPossibleRequest(policy)
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

/** Whether a principal of the owner can change the policy with a request that meets no conditions but those on the principal. */
function keepsIn(owner: string, policy: LintPolicy): boolean {
  const owned = { ...policy, owner };
  return principalsOf(owner, policy).some(
    (principal) => !refuses(askKeyPolicy(owned, { action: PUT_KEY_POLICY, principal })),
  );
}

/**
 * Whether a principal of an owner can change the policy with some request: with MFA, from an address, with a tag, as far as the conditions require it. A
 * condition that no request of the owner meets does lock it out.
 */
function hasPossibleRequest(policy: LintPolicy): boolean {
  let searches = 0;
  for (const owner of owners(policy)) {
    const owned = { ...policy, owner };
    for (const allow of changing(policy)) {
      for (const principal of principalsFor(allow, owner, policy)) {
        searches += 1;
        if (searches > MOST_SEARCHES) return true;
        if (mayBeAllowed(owned, allow, { action: PUT_KEY_POLICY, principal })) return true;
      }
    }
  }
  return false;
}

/** Principals of the owner to which a statement can apply: those that it names or, if it names the account or everybody, any. */
function principalsFor(
  { principals }: LintStatement,
  owner: string,
  policy: LintPolicy,
): readonly RequestPrincipal[] {
  const isForAny = principals.some(
    ({ text, negated }) => negated || text === "*" || (isAccountPrincipal(text) && accountOf(text) === owner),
  );
  if (isForAny) return principalsOf(owner, policy);
  return principals.flatMap(({ text }) => callersNamed(text, [])).filter(({ account }) => account === owner);
}

/** Any session of the owner's account, and its principals that the policy names: also those that a Deny leaves out. */
function principalsOf(owner: string, policy: LintPolicy): readonly RequestPrincipal[] {
  return [sessionIn(owner, "keyferry-lint"), ...(namedIn(policy).get(owner) ?? [])];
}

/** By account and without duplicates: many statements name the same principals. */
const namedIn = derived(({ statements }: LintPolicy): ReadonlyMap<string, readonly RequestPrincipal[]> => {
  const ofStatements = statements
    .filter((statement) => covers(statement, PUT_KEY_POLICY))
    .flatMap(({ principals, conditions }) => [
      ...principals,
      ...conditions
        .filter((condition) => isKey(condition, ["aws:PrincipalArn"]))
        .flatMap(({ values }) => values),
    ]);
  const named = new Map<string, RequestPrincipal[]>();
  for (const name of new Set(ofStatements.map(({ text }) => text)))
    for (const principal of callersNamed(name, []))
      named.set(principal.account, [...(named.get(principal.account) ?? []), principal]);
  return named;
});
