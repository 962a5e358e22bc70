import type { Rule } from "../rule";
import { about } from "./thing";

export const replicationRemoved: Rule = {
  id: "replication-removed",
  description: "A replication rule is removed: new objects are no longer copied to its destination.",
  severity: "blocking",
  find: ({ base, head }) =>
    [...base.buckets.values()].flatMap((bucket) => {
      const after = head.buckets.get(bucket.arn)?.replication ?? new Map<string, string>();
      return [...bucket.replication]
        .filter(([id]) => !after.has(id))
        .map(([id, text]) =>
          about(bucket, `objects of ${bucket.label} are no longer replicated ${text} (rule ${id})`),
        );
    }),
};
