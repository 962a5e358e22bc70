import { all, at, judge } from "../judge";
import { isSession } from "../statement";
import type { Rule } from "../types";

export const principalWildcard: Rule = {
  id: "principal-wildcard",
  appliesTo: ["key", "trust", "bucket"],
  title: "a wildcard inside a principal",
  explanation: 'a principal is either "*" or one complete ARN; AWS refuses a wildcard within an ARN',
  fix: "name the account, and add an ArnLike condition on aws:PrincipalArn",
  source: "IAM user guide, AWS JSON policy elements: Principal",
  check: ({ statements }) =>
    judge(
      all(statements, ({ principals }) => principals).filter(
        ({ type, text }) => type === "AWS" && text !== "*" && !isSession(text),
      ),
      (principal) =>
        /[*?]/.test(principal.text) ? [at(principal, `${principal.text} contains a wildcard`)] : [],
    ),
};
