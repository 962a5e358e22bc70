import type { Rule } from "../rule";
import { about } from "./thing";

export const keyDestroyed: Rule = {
  id: "key-destroyed",
  description: "A key is removed from the stacks, and its deletion is scheduled.",
  severity: "blocking",
  find: ({ base, head }) =>
    [...base.keys.values()]
      .filter(({ arn, source }) => !head.keys.has(arn) && !head.released.has(source))
      .map((key) =>
        about(
          key,
          `${key.label} is destroyed: after ${key.deletionWindow} days data encrypted under it can no longer be read`,
        ),
      ),
};
