import type { Rule } from "../rule";
import { about } from "./thing";

export const rotationPeriod: Rule = {
  id: "rotation-period",
  description: "A key is rotated less often.",
  severity: "notice",
  find: ({ base, head }) =>
    [...head.keys.values()].flatMap((key) => {
      const before = base.keys.get(key.arn)?.rotationPeriod ?? key.rotationPeriod;
      if (!key.rotation || key.rotationPeriod <= before) return [];
      return [
        about(key, `${key.label} is rotated every ${key.rotationPeriod} days, previously every ${before}`),
      ];
    }),
};
