import type { Rule } from "../rule";
import { rightFound } from "./right-found";

export const openedToEverybody: Rule = {
  id: "opened-to-everybody",
  description: "Every AWS account gains a right.",
  severity: "blocking",
  find: ({ rights }) =>
    rights
      .filter(({ direction, subject }) => direction === "gained" && subject.kind === "everybody")
      .map(rightFound),
};
