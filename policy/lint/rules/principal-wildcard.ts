import { all, at, judge } from "../judge";
import { isSession } from "../statement";
import type { Rule } from "../types";

export const principalWildcard: Rule = {
  id: "principal-wildcard",
  appliesTo: ["key", "trust", "bucket"],
  title: "a wildcard inside a principal",
  explanation: 'a principal is either "*" or one whole ARN; AWS refuses a wildcard within it',
  fix: "name the account, and narrow it with a condition ArnLike on aws:PrincipalArn",
  source: "IAM user guide, AWS JSON policy elements: Principal",
  check: ({ statements }) =>
    judge(
      all(statements, ({ principals }) => principals).filter(
        ({ type, text }) => type === "AWS" && text !== "*" && !isSession(text),
      ),
      (principal) =>
        /[*?]/.test(principal.text) ? [at(principal, `${principal.text} holds a wildcard`)] : [],
    ),
};
