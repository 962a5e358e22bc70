import type { Rule } from "../rule";
import { grantFound } from "./grant-added";

export const grantRemoved: Rule = {
  id: "grant-removed",
  description: "A grant is retired or revoked.",
  severity: "notice",
  find: ({ base, head }) =>
    [...base.grants]
      .filter(([id]) => !head.grants.has(id))
      .map(([, grant]) => ({ ...grantFound(grant, "loses"), direction: "lost" as const })),
};
