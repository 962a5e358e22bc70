/** Decides requests as AWS does, from documents alone: no network, no state, and no document makes it throw. */
import { toQuestion, type PolicyQuestion } from "./asked";
import { gatherFindings, type Doubt, type Findings, type Limit } from "./findings";
import { missingHalves } from "./missing";
import { neverAllowed } from "./never";
import { withoutPermission } from "./no-permission";
import { LIMITED, ruleFor, waysOf, type Half, type Ways } from "./rules";
import type { AccessRequest, Decider, Documents, Unknown, Verdict } from "./types";

export { principalSeenBy, resourceSeenBy, type Sight, type SomeActions } from "./alike";
export { resourceArnTest } from "./arn-pattern";
export { canonicalDocument, type CanonicalDocument, type CanonicalStatement } from "./canonical";
export { principalArn } from "./context";
export { documentProblems } from "./document";
export { GRANT_OPERATIONS } from "./grants";
export { awsManagedPolicy, type ManagedPolicy } from "./managed";
export { patternTest, wildcards } from "./pattern";
export type * from "./policy-document";
export { isPublic } from "./public-policy";
export type * from "./types";
export { hasVariables, resourceStart } from "./variables";

/**
 * Whether AWS would allow a request, and why. An explicit deny anywhere wins; otherwise one complete way must be open,
 * under the rule that the two accounts and the kind of resource select. The order of documents and statements is
 * irrelevant. Everything that is not known is first assumed to allow the request, then to deny it: where that makes a
 * difference, the verdict is unknown. A document is read when it is first seen and cached by identity: do not change it
 * afterwards.
 */
export function evaluate(request: AccessRequest, documents: Documents): Verdict {
  const question = toQuestion(request);
  const free = withoutPermission(question);
  if (free !== undefined) return { allowed: true, by: [free] };
  const best = decided(question, documents, "for");
  if (best.unknown.length === 0 || !best.verdict.allowed) return best.verdict;
  const worst = decided(question, documents, "against").verdict;
  if (worst.allowed) return worst;
  const { malformed } = worst;
  return {
    allowed: false,
    reason: "unknown",
    unknown: best.unknown,
    ...(malformed === undefined ? {} : { malformed }),
  };
}

/** Whether AWS would allow a request, regardless of everything that is not known: `evaluate` without its reasons. */
export function isAllowed(request: AccessRequest, documents: Documents): boolean {
  const question = toQuestion(request);
  if (withoutPermission(question) !== undefined) return true;
  const best = gatherFindings(question, documents, "for");
  if (!allow(question, best)) return false;
  return best.unknown.length === 0 || allow(question, gatherFindings(question, documents, "against"));
}

/** Whether AWS would refuse a request, even when everything that is not known allows it: `evaluate` without its reasons. */
export function isRefused(request: AccessRequest, documents: Documents): boolean {
  const question = toQuestion(request);
  if (withoutPermission(question) !== undefined) return false;
  return !allow(question, gatherFindings(question, documents, "for"));
}

/**
 * A call for which AWS decides on several resources: allowed when all of them are allowed, refused when one is refused.
 * @param requests one for each resource; if there are none, nothing is refused
 */
export function evaluateCall(requests: readonly AccessRequest[], documents: Documents): Verdict {
  const verdicts = requests.map((request) => evaluate(request, documents));
  const refused =
    verdicts.find((verdict) => !verdict.allowed && verdict.reason !== "unknown") ??
    verdicts.find((verdict) => !verdict.allowed);
  return (
    refused ?? {
      allowed: true,
      by: inOrder(verdicts.flatMap((verdict) => (verdict.allowed ? verdict.by : []))),
    }
  );
}

interface Decision {
  readonly verdict: Verdict;
  readonly unknown: readonly Unknown[];
}

function decided(question: PolicyQuestion, documents: Documents, doubt: Doubt): Decision {
  const findings = gatherFindings(question, documents, doubt);
  return { verdict: verdictOn(question, findings), unknown: findings.unknown };
}

function verdictOn(question: PolicyQuestion, findings: Findings): Verdict {
  const malformed =
    findings.malformed.length === 0
      ? {}
      : { malformed: [...findings.malformed].sort((a, b) => (a.document < b.document ? -1 : 1)) };
  if (findings.denies.length > 0) {
    return { allowed: false, reason: "explicit-deny", by: inOrder(findings.denies), ...malformed };
  }
  const never = neverAllowed(question);
  if (never !== undefined) return { allowed: false, reason: "missing-allow", missing: [never], ...malformed };
  const ways = waysOf(ruleFor(question));
  const open = openWays(ways, findings, findings.limits);
  if (open.length > 0) {
    const by = open.flatMap((way) => way.flatMap((half) => findings.halves[half]));
    return { allowed: true, by: inOrder(by), ...malformed };
  }
  // limits on the principal matter only where a way needs it
  const others = findings.limits.filter((limit) => !bindsEveryHalf(limit));
  const closing =
    openWays(ways, findings, others).length > 0 ? findings.limits.filter(bindsEveryHalf) : findings.limits;
  const missing = missingHalves(question, findings.halves, closing);
  return { allowed: false, reason: "missing-allow", missing, ...malformed };
}

/** The result of `verdictOn`, without its reasons. */
function allow(question: PolicyQuestion, findings: Findings): boolean {
  if (findings.denies.length > 0 || neverAllowed(question) !== undefined) return false;
  return waysOf(ruleFor(question)).some((way) =>
    way.every((half) => isOpen(half, findings, findings.limits)),
  );
}

function openWays(ways: Ways, findings: Findings, limits: readonly Limit[]): Ways {
  return ways.filter((way) => way.every((half) => isOpen(half, findings, limits)));
}

function isOpen(half: Half, { halves }: Findings, limits: readonly Limit[]): boolean {
  if (halves[half].length === 0) return false;
  return !limits.some((limit) => bindsEveryHalf(limit) || LIMITED.includes(half));
}

/** Limits of an organisation or of the path to the resource apply to every way; boundaries and session policies apply to some. */
function bindsEveryHalf({ kind }: Limit): boolean {
  return kind !== "boundary" && kind !== "session";
}

/** Each deciding document once, in an order that does not depend on the order of the documents. */
function inOrder(deciders: readonly Decider[]): readonly Decider[] {
  if (deciders.length < 2) return deciders;
  const byText = new Map(deciders.map((decider) => [`${decider.document}\n${decider.statement}`, decider]));
  return [...byText.keys()].sort().flatMap((text) => byText.get(text) ?? []);
}
