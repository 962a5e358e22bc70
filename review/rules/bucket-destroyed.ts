import type { Rule } from "../rule";
import { about } from "./thing";

export const bucketDestroyed: Rule = {
  id: "bucket-destroyed",
  description: "A bucket is removed from the stacks; it is deleted if it is empty or force_destroy is set.",
  severity: "blocking",
  find: ({ base, head }) =>
    [...base.buckets.values()]
      .filter(
        ({ arn, source, made }) => made && head.buckets.get(arn)?.made !== true && !head.released.has(source),
      )
      .map((bucket) => about(bucket, `${bucket.label} is destroyed`)),
};
