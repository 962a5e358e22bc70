import type { Rule } from "../rule";

export const copiesUnread: Rule = {
  id: "copies-unread",
  description: "One of the syntheses does not tell its copy jobs, so that nobody knows which change.",
  severity: "notice",
  find: ({ base, head }) => {
    if ((base.copies === undefined) === (head.copies === undefined)) return [];
    const side = base.copies === undefined ? "before" : "after";
    const message = `the synthesis ${side} does not tell its copy jobs: an earlier version has written it, or another program`;
    return [{ message, resources: ["copy jobs"], accounts: [], sources: [] }];
  },
};
