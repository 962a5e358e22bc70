import type { Rule } from "../rule";
import { rightFound } from "./right-found";

export const rightLost: Rule = {
  id: "right-lost",
  description: "Somebody loses a right on something that stays.",
  severity: "notice",
  find: ({ rights }) => rights.filter(({ direction }) => direction === "lost").map(rightFound),
};
