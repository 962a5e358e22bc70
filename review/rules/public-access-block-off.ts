import type { Rule } from "../rule";
import { about } from "./thing";

export const publicAccessBlockOff: Rule = {
  id: "public-access-block-off",
  description: "A setting of S3 Block Public Access is switched off for a bucket.",
  severity: "blocking",
  find: ({ base, head }) =>
    [...head.buckets.values()].flatMap((bucket) => {
      const before = base.buckets.get(bucket.arn)?.publicAccessBlock ?? [];
      const off = before.filter((setting) => !bucket.publicAccessBlock.includes(setting));
      if (off.length === 0) return [];
      return [about(bucket, `S3 Block Public Access of ${bucket.label} is switched off: ${off.join(", ")}`)];
    }),
};
