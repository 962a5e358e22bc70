import type { Rule } from "../rule";
import { about } from "./thing";

export const rotationOff: Rule = {
  id: "rotation-off",
  description: "A key is no longer rotated.",
  severity: "blocking",
  find: ({ base, head }) =>
    [...head.keys.values()]
      .filter(({ arn, rotation }) => !rotation && base.keys.get(arn)?.rotation === true)
      .map((key) => about(key, `${key.label} is no longer rotated`)),
};
