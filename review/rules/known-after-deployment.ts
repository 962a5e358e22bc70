import { policiesOf } from "../rights/gather";
import type { Rule } from "../rule";
import { countOf, writtenIn } from "./written";

export const knownAfterDeployment: Rule = {
  id: "known-after-deployment",
  description: "A policy is new or changed and contains values that are known only after the deployment.",
  severity: "notice",
  find: ({ base, head }) =>
    writtenIn(
      policiesOf(head)
        .filter(({ document, unread }) => document !== undefined && unread.length > 0)
        .map(({ name, unread, ...policy }) => ({ ...policy, what: name, why: unread.join("; ") })),
      countOf(policiesOf(base)),
      "",
    ),
};
