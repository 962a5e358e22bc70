import type { Rule } from "../rule";
import { rightFound } from "./right-found";

export const rightLost: Rule = {
  id: "right-lost",
  description: "A principal loses a right on a resource that stays.",
  severity: "notice",
  find: ({ rights }) => rights.filter(({ direction }) => direction === "lost").map(rightFound),
};
