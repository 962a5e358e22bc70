import { actionsWithKey } from "../actions/kms-conditions";
import { inStatement, judge } from "../judge";
import { kmsActionsOf, limits, namesService } from "../statement";
import type { Rule } from "../types";

export const conditionKeyForAction: Rule = {
  id: "condition-key-for-action",
  appliesTo: ["key", "identity"],
  title: "a condition that some actions of the statement can never meet",
  explanation:
    "requests for these actions do not contain the condition key, so the statement never permits them; the usual case is kms:GrantIsForAWSResource together with kms:Decrypt and similar actions",
  fix: "write two statements: one with the condition and the actions whose requests contain its key, one with the other actions and without the condition",
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
        // a wildcard may also cover actions that the author did not intend; an action that is named is intended
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
