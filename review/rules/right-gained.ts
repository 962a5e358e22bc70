import type { Rule } from "../rule";
import { isAdministration } from "./administration-gained";
import { isOutside } from "./opened-outside";
import { rightFound } from "./right-found";

export const rightGained: Rule = {
  id: "right-gained",
  description: "A principal of these accounts, or an AWS service, gains a right that no other rule reports.",
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
