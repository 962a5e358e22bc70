import { all, at, judge } from "../judge";
import type { LintStatement } from "../policy";
import { isPlaceholder } from "../statement";
import type { Rule } from "../types";

export const placeholder: Rule = {
  id: "placeholder",
  appliesTo: "any",
  title: "a placeholder was not filled in",
  explanation:
    "text such as <role name>, [account-id] or accountID stands for a value; as it is, AWS refuses it as a principal and never matches it as a resource",
  fix: "put in the real value: accounts have 12 digits, keys are named by their ARN",
  source: "IAM user guide, Amazon Resource Names",
  check: ({ statements }) =>
    judge(all(statements, fillable), (item) =>
      isPlaceholder(item.text) ? [at(item, `${item.text} holds a placeholder`)] : [],
    ),
};

function fillable({ principals, resources, conditions }: LintStatement) {
  return [...principals, ...resources, ...conditions.flatMap(({ values }) => values)];
}
