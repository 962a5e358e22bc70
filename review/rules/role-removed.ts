import type { Rule } from "../rule";
import { about } from "./thing";

export const roleRemoved: Rule = {
  id: "role-removed",
  description: "A role is deleted; policies that name it do not apply to a new role with the same name.",
  severity: "notice",
  find: ({ base, head }) =>
    [...base.roles.values()]
      .filter(({ arn, source }) => !head.roles.has(arn) && !head.released.has(source))
      .map((role) => about(role, `${role.label} is deleted`)),
};
