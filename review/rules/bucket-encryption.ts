import type { Rule } from "../rule";
import { about } from "./thing";

const DEFAULT = "Amazon S3's default, SSE-S3";

export const bucketEncryption: Rule = {
  id: "bucket-encryption",
  description: "The default encryption of a bucket changes; existing objects keep theirs.",
  severity: "blocking",
  find: ({ base, head }) =>
    [...head.buckets.values()].flatMap((bucket) => {
      const old = base.buckets.get(bucket.arn);
      if (old === undefined || old.encryption === bucket.encryption) return [];
      const before = old.encryption ?? DEFAULT;
      const after = bucket.encryption ?? DEFAULT;
      const message = `new objects in ${bucket.label} are encrypted by ${after}, previously by ${before}`;
      return [about(bucket, message, { before, after })];
    }),
};
