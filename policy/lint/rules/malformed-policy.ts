import { documentProblems } from "@keyferry/evaluator";
import type { Mistake, Rule } from "../types";

export const malformedPolicy: Rule = {
  id: "malformed-policy",
  appliesTo: "any",
  title: "the document is not a policy by IAM's grammar",
  explanation: "AWS refuses the whole document, with MalformedPolicyDocument and seldom with the place",
  fix: "write the element as the grammar asks: names and operators have case, values are texts or lists of texts",
  source: "IAM user guide, Grammar of the IAM JSON policy language",
  check: (policy) => {
    if (policy.mistake !== undefined) return { verdict: "not-applicable" };
    const mistakes = documentProblems(policy.document)
      .filter((problem) => !isOfAnotherRule(problem))
      .map(mistakeOf);
    if (mistakes.length === 0 && policy.statements.length === 0) {
      mistakes.push({ place: "", what: "there is no statement" });
    }
    return mistakes.length === 0 ? { verdict: "pass" } : { verdict: "fail", mistakes };
  },
};

/** A statement without effect is not malformed to KMS, and has a rule of its own. */
function isOfAnotherRule(problem: string): boolean {
  return problem.endsWith("it has no effect");
}

/** The problem's text begins with its place where it has one. */
function mistakeOf(problem: string): Mistake {
  const [, index, rest = ""] = /^Statement\[(\d+)\](\S*)/.exec(problem) ?? [];
  if (index === undefined) return { place: "", what: problem };
  return { place: `Statement[${index}]${rest.replace(/:$/, "")}`, what: problem };
}
