import type { Rule } from "../rule";
import { about } from "./thing";

export const bucketVersioning: Rule = {
  id: "bucket-versioning",
  description: "A bucket no longer keeps the versions of its objects, which also ends its replication.",
  severity: "blocking",
  find: ({ base, head }) =>
    [...head.buckets.values()]
      .filter(
        ({ arn, versioning }) => versioning !== "Enabled" && base.buckets.get(arn)?.versioning === "Enabled",
      )
      .map((bucket) => about(bucket, `${bucket.label} no longer keeps versions of its objects`)),
};
