import { inStatement, judge } from "../judge";
import { isKey, operatorName } from "../statement";
import type { Rule } from "../types";

export const secureTransportReversed: Rule = {
  id: "secure-transport-reversed",
  appliesTo: "any",
  title: "aws:SecureTransport is reversed",
  explanation:
    "aws:SecureTransport is true for requests over TLS: a Deny on true denies all of them and not the others, and an Allow on false allows only requests without TLS",
  fix: "write Deny with Bool aws:SecureTransport false, or Allow with true",
  source: "IAM user guide, AWS global condition context keys: aws:SecureTransport",
  check: ({ statements }) =>
    judge(
      statements.flatMap((statement) =>
        statement.conditions
          .filter(
            (condition) =>
              isKey(condition, ["aws:SecureTransport"]) &&
              /^bool$/i.test(operatorName(condition.operator).base),
          )
          .map((condition) => ({ statement, condition })),
      ),
      ({ statement, condition }) => {
        const wrong = statement.allows ? "false" : "true";
        return condition.values.some(({ text }) => text.toLowerCase() === wrong)
          ? [
              inStatement(
                statement,
                `${statement.allows ? "Allow" : "Deny"} with aws:SecureTransport ${wrong}`,
                condition.place,
              ),
            ]
          : [];
      },
    ),
};
