/** Decides requests as AWS does, from documents alone: no network, no state, and no document makes it throw. */
import { asked } from "./asked";
import { gatherFindings, type Findings, type Limit } from "./findings";
import { missingHalves } from "./missing";
import { neverAllowed } from "./never";
import { LIMITED, ruleFor, waysOf, type Half, type Ways } from "./rules";
import type { AccessRequest, Decider, Documents, Verdict } from "./types";

export { canonicalDocument, type CanonicalDocument, type CanonicalStatement } from "./canonical";
export { documentProblems } from "./document";
export type * from "./types";

/**
 * Whether AWS would allow a request, and why. An explicit deny anywhere wins; then one complete way of the rule that
 * the two accounts and the kind of resource select must be open. The order of documents and statements is irrelevant.
 * A document is read when it is first seen and remembered by identity: do not change it afterwards.
 */
export function evaluate(request: AccessRequest, documents: Documents): Verdict {
  const question = asked(request);
  const findings = gatherFindings(question, documents);
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
  // what bounds the principal matters only where a way needs it
  const others = findings.limits.filter((limit) => !bindsEveryHalf(limit));
  const closing =
    openWays(ways, findings, others).length > 0 ? findings.limits.filter(bindsEveryHalf) : findings.limits;
  const missing = missingHalves(question, findings.halves, closing);
  return { allowed: false, reason: "missing-allow", missing, ...malformed };
}

function openWays(ways: Ways, findings: Findings, limits: readonly Limit[]): Ways {
  return ways.filter((way) => way.every((half) => isOpen(half, findings, limits)));
}

function isOpen(half: Half, { halves }: Findings, limits: readonly Limit[]): boolean {
  if (halves[half].length === 0) return false;
  return !limits.some((limit) => bindsEveryHalf(limit) || LIMITED.includes(half));
}

/** An organisation's policies bind whatever allows; boundaries and session policies, some of it. */
function bindsEveryHalf({ kind }: Limit): boolean {
  return kind === "service-control" || kind === "resource-control";
}

/** Each decider once, in an order that does not depend on that of the documents. */
function inOrder(deciders: readonly Decider[]): readonly Decider[] {
  if (deciders.length < 2) return deciders;
  const byText = new Map(deciders.map((decider) => [`${decider.document}\n${decider.statement}`, decider]));
  return [...byText.keys()].sort().flatMap((text) => byText.get(text) ?? []);
}
