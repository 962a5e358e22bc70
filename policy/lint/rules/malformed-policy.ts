import { documentProblems } from "@keyferry/evaluator";
import type { Mistake, Rule } from "../types";

export const malformedPolicy: Rule = {
  id: "malformed-policy",
  appliesTo: "any",
  title: "the document does not follow IAM's policy grammar",
  explanation:
    "AWS refuses the whole document with MalformedPolicyDocument, usually without the place of the mistake",
  fix: "write the element as the grammar requires: names and operators are case-sensitive, values are strings or lists of strings",
  source: "IAM user guide, Grammar of the IAM JSON policy language",
  check: (policy) => {
    if (policy.mistake !== undefined) return { verdict: "not-applicable" };
    const mistakes = documentProblems(policy.document)
      .filter((problem) => !isOfAnotherRule(problem))
      .map(mistakeOf);
    if (mistakes.length === 0 && policy.statements.length === 0) {
      mistakes.push({ place: "", what: "the policy has no statement" });
    }
    return mistakes.length === 0 ? { verdict: "pass" } : { verdict: "fail", mistakes };
  },
};

/** KMS does not treat a statement without effect as malformed, and such a statement has its own rule. */
function isOfAnotherRule(problem: string): boolean {
  return problem.endsWith("it has no effect");
}

/** The problem's text begins with its place if it has one. */
function mistakeOf(problem: string): Mistake {
  const [, index, rest = ""] = /^Statement\[(\d+)\](\S*)/.exec(problem) ?? [];
  if (index === undefined) return { place: "", what: problem };
  return { place: `Statement[${index}]${rest.replace(/:$/, "")}`, what: problem };
}
