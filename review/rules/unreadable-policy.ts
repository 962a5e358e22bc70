import { policiesOf } from "../rights/gather";
import type { Rule } from "../rule";
import { countOf, writtenIn } from "./written";

export const unreadablePolicy: Rule = {
  id: "unreadable-policy",
  description:
    "A policy is new or changed and cannot be read before the deployment, so which rights it gives is unknown.",
  severity: "blocking",
  find: ({ base, head }) => {
    const before = countOf(policiesOf(base));
    return writtenIn(
      policiesOf(head)
        .filter(({ document }) => document === undefined)
        .map(({ name, unread, ...policy }) => ({ ...policy, what: name, why: unread.join("; ") })),
      before,
    );
  },
};
