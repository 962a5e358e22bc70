import type { Rule } from "../rule";
import { about } from "./thing";

export const deletionWindowShortened: Rule = {
  id: "deletion-window-shortened",
  description: "The number of days in which the deletion of a key can be cancelled is reduced.",
  severity: "notice",
  find: ({ base, head }) =>
    [...head.keys.values()].flatMap((key) => {
      const before = base.keys.get(key.arn)?.deletionWindow ?? key.deletionWindow;
      if (key.deletionWindow >= before) return [];
      const message = `the deletion of ${key.label} can be cancelled for ${key.deletionWindow} days, previously for ${before}`;
      return [about(key, message)];
    }),
};
