import type { Rule } from "../rule";
import { about } from "./thing";

export const roleRemoved: Rule = {
  id: "role-removed",
  description:
    "A role is deleted; policies that name it no longer mean a role that is made anew under its name.",
  severity: "notice",
  find: ({ base, head }) =>
    [...base.roles.values()]
      .filter(({ arn, source }) => !head.roles.has(arn) && !head.released.has(source))
      .map((role) => about(role, `${role.label} is deleted`)),
};
