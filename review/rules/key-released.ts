import type { Rule } from "../rule";
import { about } from "./thing";

export const keyReleased: Rule = {
  id: "key-released",
  description: "A key leaves Terraform by a `removed` block and stays in AWS.",
  severity: "notice",
  find: ({ base, head }) =>
    [...base.keys.values()]
      .filter(({ arn, source }) => !head.keys.has(arn) && head.released.has(source))
      .map((key) =>
        about(key, `${key.label} leaves Terraform and stays in AWS; its policy is no longer managed`),
      ),
};
