import { parseArn } from "@keyferry/common";
import { all, at, judge } from "../judge";
import type { Rule } from "../types";

export const s3ArnInKeyPolicy: Rule = {
  id: "s3-arn-in-key-policy",
  appliesTo: ["key"],
  title: "a key policy names a bucket as its Resource",
  explanation:
    "the Resource of a key policy is the key, never the data that is encrypted with it; the statement never takes effect, and the replication of every object fails",
  fix: 'write "Resource": "*", and limit it to the bucket with conditions: kms:ViaService s3.<Region>.amazonaws.com and kms:EncryptionContext:aws:s3:arn',
  source:
    "Amazon S3 user guide, Replicating encrypted objects; KMS developer guide, Key policies: elements in a key policy",
  check: ({ statements }) =>
    judge(
      all(statements, ({ resources }) => resources),
      (resource) =>
        parseArn(resource.text)?.service === "s3"
          ? [at(resource, `${resource.text} is a bucket, not a key`)]
          : [],
    ),
};
