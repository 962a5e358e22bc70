/** Decides requests as AWS does, from documents alone: no network, no state, and no document makes it throw. */
import { gatherFindings, type Findings } from "./findings";
import { missingHalves } from "./missing";
import { LIMITED, ruleFor, waysOf, type Half } from "./rules";
import type { AccessRequest, Decider, Documents, Verdict } from "./types";

export { documentProblems } from "./document";
export type * from "./types";

/**
 * Whether AWS would allow a request, and why. An explicit deny anywhere wins; then one complete way of the rule that
 * the two accounts and the kind of resource select must be open. The order of documents and statements is irrelevant.
 */
export function evaluate(request: AccessRequest, documents: Documents): Verdict {
  const findings = gatherFindings(request, documents);
  if (findings.denies.length > 0) {
    return { allowed: false, reason: "explicit-deny", by: inOrder(findings.denies) };
  }
  const rule = ruleFor(request);
  const open = waysOf(rule).filter((way) => way.every((half) => effective(half, findings).length > 0));
  if (open.length > 0) {
    return { allowed: true, by: inOrder(open.flat().flatMap((half) => effective(half, findings))) };
  }
  return { allowed: false, reason: "missing-allow", missing: missingHalves(request, findings, rule) };
}

function effective(half: Half, { halves, limits }: Findings): readonly Decider[] {
  return limits.length > 0 && LIMITED.includes(half) ? [] : halves[half];
}

/** Each decider once, in an order that does not depend on that of the documents. */
function inOrder(deciders: readonly Decider[]): Decider[] {
  const byText = new Map(deciders.map((decider) => [`${decider.document}\n${decider.statement}`, decider]));
  return [...byText.keys()].sort().flatMap((text) => byText.get(text) ?? []);
}
