import { parseArn } from "@keyferry/common";
import { all, at, judge } from "../judge";
import { kmsActionsOf } from "../statement";
import type { Rule } from "../types";

const ALIAS_ACTIONS = ["CreateAlias", "UpdateAlias", "DeleteAlias"];

export const aliasAsResource: Rule = {
  id: "alias-as-resource",
  appliesTo: ["identity"],
  title: "an alias as the Resource of actions on keys",
  explanation:
    "IAM compares Resource with the key's ARN, so an alias ARN permits only managing the alias itself; the call is denied",
  fix: "use the key's ARN; to permit by alias, use key/* of the account and add a condition on kms:ResourceAliases",
  source: "KMS developer guide, Specifying KMS keys in IAM policy statements",
  check: ({ statements }) =>
    judge(
      all(statements, ({ resources }) => resources).filter(({ text }) => {
        const arn = parseArn(text);
        return arn?.service === "kms" && arn.resource.startsWith("alias/");
      }),
      (resource) => {
        const actions = kmsActionsOf(resource.statement);
        const onKeys = actions.find((name) => !ALIAS_ACTIONS.includes(name));
        return onKeys === undefined || actions.some((name) => ALIAS_ACTIONS.includes(name))
          ? []
          : [at(resource, `${resource.text} never matches for kms:${onKeys}`)];
      },
    ),
};
