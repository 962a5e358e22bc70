import type { Rule } from "../rule";
import { writtenIn } from "./written";

export const unreadResource: Rule = {
  id: "unread-resource",
  description: "A resource that affects rights is new or changed and cannot be read before the deployment.",
  severity: "blocking",
  find: ({ base, head }) =>
    writtenIn(head.unread, new Set(base.unread.map(({ what, written }) => `${what}\n${written}`))),
};
