import type { Rule } from "../rule";

export const copiesUnread: Rule = {
  id: "copies-unread",
  description: "One of the syntheses does not list its copy jobs, so which of them change is unknown.",
  severity: "notice",
  find: ({ base, head }) => {
    if ((base.copies === undefined) === (head.copies === undefined)) return [];
    const side = base.copies === undefined ? "before" : "after";
    const message = `the synthesis ${side} does not list its copy jobs: it was written by an earlier version of Keyferry, or by another program`;
    return [{ message, resources: ["copy jobs"], accounts: [], sources: [] }];
  },
};
