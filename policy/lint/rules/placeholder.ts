import { all, at, judge } from "../judge";
import type { LintStatement } from "../policy";
import { isPlaceholder } from "../statement";
import type { Rule } from "../types";

export const placeholder: Rule = {
  id: "placeholder",
  appliesTo: "any",
  title: "a placeholder was not replaced",
  explanation:
    "text such as <role name>, [account-id] or accountID is a placeholder for a value; AWS refuses it as a principal and never matches it as a resource",
  fix: "write the real value: account ids have 12 digits, keys are named by ARN",
  source: "IAM user guide, Amazon Resource Names",
  check: ({ statements }) =>
    judge(all(statements, fillable), (item) =>
      isPlaceholder(item.text) ? [at(item, `${item.text} contains a placeholder`)] : [],
    ),
};

function fillable({ principals, resources, conditions }: LintStatement) {
  return [...principals, ...resources, ...conditions.flatMap(({ values }) => values)];
}
