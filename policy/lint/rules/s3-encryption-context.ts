import { parseArn } from "@keyferry/common";
import { inStatement, judge } from "../judge";
import { matches } from "../matches";
import { isKey } from "../statement";
import type { Rule } from "../types";

export const s3EncryptionContext: Rule = {
  id: "s3-encryption-context",
  appliesTo: ["key", "identity"],
  title: "the encryption context of objects, without that of their bucket",
  explanation:
    "S3 gives KMS the object's ARN, but with an S3 Bucket Key the bucket's: a condition on the objects alone fails as soon as Bucket Keys are on",
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
          : [inStatement(statement, `objects are named, ${uncovered} itself is not`, condition.place)];
      },
    ),
};

/** The ARN of the bucket of an object's ARN; undefined where the ARN is filled in later. */
function bucketOf(value: string): string | undefined {
  const arn = parseArn(value);
  if (arn?.service !== "s3" || value.includes("${") || !arn.resource.includes("/")) return undefined;
  return value.slice(0, value.indexOf("/"));
}
