import type { Rule } from "../types";

export const malformedJson: Rule = {
  id: "malformed-json",
  appliesTo: "any",
  title: "the text is not JSON",
  explanation: "AWS refuses a policy that is not JSON, and its message does not say where",
  fix: "correct the text at this line and column; quotes are straight, commas stand between members and never last",
  source: "IAM user guide, Grammar of the IAM JSON policy language",
  check: ({ mistake }) => {
    if (mistake === undefined) return { verdict: "pass" };
    return { verdict: "fail", mistakes: [{ place: "", ...mistake }] };
  },
};
