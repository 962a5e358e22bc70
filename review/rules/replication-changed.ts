import type { Rule } from "../rule";
import { about } from "./thing";

export const replicationChanged: Rule = {
  id: "replication-changed",
  description: "A replication rule is added or changed.",
  severity: "notice",
  find: ({ base, head }) =>
    [...head.buckets.values()].flatMap((bucket) => {
      const old = base.buckets.get(bucket.arn)?.replication ?? new Map<string, string>();
      return [...bucket.replication].flatMap(([id, after]) => {
        const before = old.get(id);
        if (before === after) return [];
        const was = before === undefined ? "" : `, previously ${before}`;
        const message = `objects of ${bucket.label} are replicated ${after}${was} (rule ${id})`;
        return [about(bucket, message, { ...(before === undefined ? {} : { before }), after })];
      });
    }),
};
