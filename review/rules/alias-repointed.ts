import type { Rule } from "../rule";
import { about } from "./thing";

export const aliasRepointed: Rule = {
  id: "alias-repointed",
  description: "An alias points to another key, or is removed.",
  severity: "blocking",
  find: ({ base, head }) =>
    [...base.aliases].flatMap(([id, before]) => {
      const after = head.aliases.get(id);
      const label = `${before.name} in ${before.account} ${before.region}`;
      const thing = { label, account: before.account, source: (after ?? before).source };
      if (after === undefined) {
        return head.released.has(before.source)
          ? []
          : [about(thing, `${label} is removed; it pointed to ${before.key}`)];
      }
      if (after.key === before.key) return [];
      const message = `${label} points to ${after.key}, previously to ${before.key}`;
      return [about(thing, message, { before: before.key, after: after.key })];
    }),
};
