/**
 * Lint rules for policies, the user's own and generated ones: mistakes that AWS accepts and that fail later, that AWS
 * refuses with little explanation, or that allow more than intended. Pure, and never throws for any document.
 */
import { kindOf } from "./kind";
import { ownerOf } from "./owner";
import type { LintPolicy } from "./policy";
import { readPolicy } from "./read";
import { RULES } from "./rules";
import type { Finding, LintReport, LintSubject, Rule, RuleResult } from "./types";

export { RULES } from "./rules";
export { fileText, lintText } from "./text";
export type * from "./types";

/** Every mistake in a policy, in the order of the document. */
export function lintPolicy(subject: LintSubject): readonly Finding[] {
  return lintReport(subject).findings;
}

/** The findings, the verdict of every rule, and the kind of policy that was assumed. */
export function lintReport(subject: LintSubject): LintReport {
  const own = readPolicy(subject.document);
  const read = subject.positionOf === undefined ? own : { ...own, positionOf: subject.positionOf };
  const { kind, because } = kindOf(subject, read);
  const { context = {} } = subject;
  const policy: LintPolicy = { ...read, kind, context, owner: ownerOf(context, read.statements) };
  const results = RULES.map((rule) => ({ rule, result: apply(rule, policy) }));
  return {
    kind,
    kindBecause: because,
    findings: inOrder(
      policy,
      results.flatMap(({ rule, result }) => findingsOf(rule, result, policy)),
    ),
    verdicts: Object.fromEntries(results.map(({ rule, result }) => [rule.id, result.verdict])),
  };
}

function apply(rule: Rule, policy: LintPolicy): RuleResult {
  const applies =
    rule.appliesTo === "any" || (policy.kind !== undefined && rule.appliesTo.includes(policy.kind));
  return applies ? rule.check(policy) : { verdict: "not-applicable" };
}

function findingsOf(rule: Rule, result: RuleResult, policy: LintPolicy): readonly Finding[] {
  if (result.verdict !== "fail") return [];
  const { id, title, explanation, fix, source } = rule;
  return result.mistakes.map((mistake) => ({
    rule: id,
    title,
    explanation,
    fix,
    source,
    ...policy.positionOf(mistake.place),
    ...mistake,
  }));
}

/** In the order of their statements; findings on the whole document first, findings of one statement in the order of the rules. */
function inOrder({ statements }: LintPolicy, findings: readonly Finding[]): readonly Finding[] {
  const byPlace = new Map(statements.map(({ place, id }, rank) => [place, { id, rank }]));
  return findings
    .map((finding) => ({ finding, statement: byPlace.get(statementPlace(finding.place)) }))
    .sort((a, b) => (a.statement?.rank ?? -1) - (b.statement?.rank ?? -1))
    .map(({ finding, statement }) =>
      statement === undefined ? finding : { ...finding, statement: statement.id },
    );
}

/** `Statement[2].Action[0]` -> `Statement[2]`. */
export function statementPlace(place: string): string {
  return /^(Statement)?(\[\d+\])?/.exec(place)?.[0] ?? "";
}
