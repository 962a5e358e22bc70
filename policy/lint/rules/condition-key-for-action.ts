import { actionsWithKey } from "../actions/kms-conditions";
import { inStatement, judge } from "../judge";
import { kmsActionsOf, limits, namesService } from "../statement";
import type { Rule } from "../types";

export const conditionKeyForAction: Rule = {
  id: "condition-key-for-action",
  appliesTo: ["key", "identity"],
  title: "a condition that some actions of the statement can never meet",
  explanation:
    "the requests for these actions do not carry the key, so the statement permits them never; most often kms:GrantIsForAWSResource stands over kms:Decrypt and its like",
  fix: "make two statements: the condition with the actions that carry its key, the other actions without it",
  source: "Service authorization reference, Actions defined by AWS Key Management Service",
  check: ({ statements }) =>
    judge(
      statements
        .filter(({ allows }) => allows)
        .flatMap((statement) =>
          statement.conditions.filter(limits).flatMap((condition) => {
            const carried = actionsWithKey(condition.key);
            return carried === undefined ? [] : [{ statement, condition, carried }];
          }),
        ),
      ({ statement, condition, carried }) => {
        // what a wildcard covers besides is not meant; what is named is
        const never = statement.actions.filter(
          ({ text }) =>
            namesService(text, "kms") &&
            !kmsActionsOf({ ...statement, actions: [{ text, place: "" }] }).some((name) =>
              carried.includes(name),
            ),
        );
        return never.length === 0
          ? []
          : [
              inStatement(
                statement,
                `${never.map(({ text }) => text).join(", ")} never meet a condition on ${condition.key}`,
                condition.place,
              ),
            ];
      },
    ),
};
