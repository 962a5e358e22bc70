import type { Rule } from "../rule";
import { isAdministration } from "./administration-gained";
import { isOutside } from "./opened-outside";
import { rightFound } from "./right-found";

export const rightGained: Rule = {
  id: "right-gained",
  description: "Somebody of these accounts, or a service of AWS, gains a right that no other rule tells.",
  severity: "notice",
  find: (comparison) =>
    comparison.rights
      .filter(
        (line) =>
          line.direction === "gained" &&
          line.subject.kind !== "everybody" &&
          line.subject.kind !== "provider" &&
          !isOutside(line, comparison) &&
          !isAdministration(line, comparison),
      )
      .map(rightFound),
};
