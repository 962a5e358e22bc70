import type { Rule } from "../rule";
import { grantFound, isGrantOutside, newGrants } from "./grant-added";

export const grantOutside: Rule = {
  id: "grant-outside",
  description: "A grant lets a principal of an account that has no stack here use a key.",
  severity: "blocking",
  find: (comparison) =>
    newGrants(comparison)
      .filter((grant) => isGrantOutside(grant, comparison))
      .map((grant) => ({ ...grantFound(grant, "gains"), direction: "gained" as const })),
};
