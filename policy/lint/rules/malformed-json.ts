import type { Rule } from "../types";

export const malformedJson: Rule = {
  id: "malformed-json",
  appliesTo: "any",
  title: "the text is not JSON",
  explanation:
    "AWS refuses a policy that is not JSON, and its message does not give the place of the mistake",
  fix: "correct the text at this line and column: use straight quotes, and a comma between members but not after the last",
  source: "IAM user guide, Grammar of the IAM JSON policy language",
  check: ({ mistake }) => {
    if (mistake === undefined) return { verdict: "pass" };
    return { verdict: "fail", mistakes: [{ place: "", ...mistake }] };
  },
};
