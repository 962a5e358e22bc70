import { inStatement, judge } from "../judge";
import type { ConditionItem, LintStatement } from "../policy";
import { isKey, operatorName } from "../statement";
import type { Rule } from "../types";

/** Condition keys that every request for their actions contains. */
const ALWAYS_PRESENT = ["kms:GrantOperations"];

export const forAllValuesWithoutNull: Rule = {
  id: "for-all-values-without-null",
  appliesTo: "any",
  title: "ForAllValues without Null also allows requests that do not contain the key",
  explanation:
    "ForAllValues is true when the key is absent, so the Allow also applies to requests that do not contain it",
  fix: 'add "Null": { "<the key>": "false" } to the same statement',
  source: "IAM user guide, Creating a condition with multiple keys or values",
  check: ({ statements }) =>
    judge(
      statements
        .filter(({ allows }) => allows)
        .flatMap((statement) =>
          statement.conditions
            .filter((condition) => operatorName(condition.operator).set === "ForAllValues")
            .map((condition) => ({ statement, condition })),
        ),
      ({ statement, condition }) =>
        isKey(condition, ALWAYS_PRESENT) || isGuarded(statement, condition)
          ? []
          : [
              inStatement(
                statement,
                `${condition.operator} on ${condition.key} without Null`,
                condition.place,
              ),
            ],
    ),
};

function isGuarded({ conditions }: LintStatement, guarded: ConditionItem): boolean {
  return conditions.some(
    ({ operator, key, values }) =>
      operatorName(operator).base === "Null" &&
      key.toLowerCase() === guarded.key.toLowerCase() &&
      values.every(({ text }) => text.toLowerCase() === "false"),
  );
}
