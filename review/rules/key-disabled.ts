import type { Rule } from "../rule";
import { about } from "./thing";

export const keyDisabled: Rule = {
  id: "key-disabled",
  description: "A key is disabled, so data encrypted under it cannot be read.",
  severity: "blocking",
  find: ({ base, head }) =>
    [...head.keys.values()]
      .filter(({ arn, enabled }) => !enabled && base.keys.get(arn)?.enabled === true)
      .map((key) =>
        about(key, `${key.label} is disabled: data encrypted under it cannot be read until it is enabled`),
      ),
};
