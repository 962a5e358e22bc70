import { nearestName } from "../../../core/nearest-name";
import { GLOBAL_CONDITION_KEYS } from "../actions/global-conditions";
import { KMS_CONDITION_KEYS } from "../actions/kms-conditions";
import { inStatement, judge } from "../judge";
import type { Rule } from "../types";

export const unknownConditionKey: Rule = {
  id: "unknown-condition-key",
  appliesTo: "any",
  title: "a condition key that does not exist",
  explanation:
    "AWS accepts condition keys that do not exist; no request contains them, so an Allow never takes effect and a Deny with a negated operator always does",
  fix: "write the key as AWS's documentation spells it",
  source: "KMS developer guide, AWS KMS condition keys; IAM user guide, AWS global condition context keys",
  check: ({ statements }) =>
    judge(
      statements.flatMap((statement) => statement.conditions.map((condition) => ({ statement, condition }))),
      ({ statement, condition }) => {
        const wrong = whatIsWrong(condition.key);
        return wrong === undefined ? [] : [inStatement(statement, wrong, condition.place)];
      },
    ),
};

function whatIsWrong(key: string): string | undefined {
  if (!key.includes(":")) return `${key} has no service prefix such as kms: or aws:`;
  const [service = "", name = ""] = key.split(/[:/]/);
  const known = knownKeys(service.toLowerCase());
  if (known === undefined || known.some((candidate) => candidate.toLowerCase() === name.toLowerCase())) {
    return undefined;
  }
  const meant = nearestName(name, known);
  if (meant !== undefined) return `${key} does not exist; did you mean ${service}:${meant}?`;
  return service.toLowerCase() === "kms" ? `${key} is not a condition key of KMS` : undefined;
}

function knownKeys(service: string): readonly string[] | undefined {
  if (service === "kms") return KMS_CONDITION_KEYS;
  return service === "aws" ? GLOBAL_CONDITION_KEYS : undefined;
}
