import { parseArn } from "@keyferry/common";
import { inStatement, judge } from "../judge";
import { matches } from "../matches";
import { isKey } from "../statement";
import type { Rule } from "../types";

export const s3EncryptionContext: Rule = {
  id: "s3-encryption-context",
  appliesTo: ["key", "identity"],
  title: "the encryption context of objects without that of their bucket",
  explanation:
    "S3 sends the ARN of the object to KMS as encryption context, but the ARN of the bucket if an S3 Bucket Key is used: a condition on the objects alone fails when Bucket Keys are enabled",
  fix: "list both forms: the bucket's ARN, and the bucket's ARN with /*",
  source: "Amazon S3 user guide, Reducing the cost of SSE-KMS with Amazon S3 Bucket Keys",
  check: ({ statements }) =>
    judge(
      statements.flatMap((statement) =>
        statement.conditions
          .filter((condition) => isKey(condition, ["kms:EncryptionContext:aws:s3:arn"]))
          .map((condition) => ({ statement, condition })),
      ),
      ({ statement, condition }) => {
        const values = condition.values.map(({ text }) => text);
        const uncovered = values
          .flatMap((value) => bucketOf(value) ?? [])
          .find((bucket) => !values.some((value) => matches(value, bucket)));
        return uncovered === undefined
          ? []
          : [
              inStatement(
                statement,
                `the condition covers objects but not ${uncovered} itself`,
                condition.place,
              ),
            ];
      },
    ),
};

/** The bucket ARN in an object ARN; undefined if the ARN contains a variable. */
function bucketOf(value: string): string | undefined {
  const arn = parseArn(value);
  if (arn?.service !== "s3" || value.includes("${") || !arn.resource.includes("/")) return undefined;
  return value.slice(0, value.indexOf("/"));
}
