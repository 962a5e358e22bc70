import { decide } from "../rights/ask";
import { resourcesOfEstates, subjectsOf } from "../rights/gather";
import type { Rule } from "../rule";
import { about } from "./thing";

export const keyWithoutAdministrator: Rule = {
  id: "key-without-administrator",
  description: "No principal can change a key's policy any more; only AWS Support can restore access.",
  severity: "blocking",
  find: ({ base, head }) => {
    const sides = { base, head };
    const changed = resourcesOfEstates(sides).filter(
      ({ kind, base: before, head: after }) =>
        kind === "key" && after?.policy !== undefined && after.policy.document !== before?.policy?.document,
    );
    const subjects = changed.length === 0 ? [] : subjectsOf(sides);
    return changed.flatMap((resource) => {
      const own = subjects.filter(({ account }) => account === resource.account);
      const isLeft = (side: "base" | "head") =>
        own.some(
          (subject) =>
            decide({ subject, resource, action: "kms:PutKeyPolicy", context: {} }, side) !== "refused",
        );
      if (isLeft("head") || (resource.base !== undefined && !isLeft("base"))) return [];
      return [about(resource, `${resource.label} is left without a principal that may change its policy`)];
    });
  },
};
