import type { Comparison, Rule } from "../rule";
import type { RightLine } from "../rights/lines";
import { rightFound } from "./right-found";

/** Whether a change is about an account that has no stack after it, or about a whole organization. */
export function isOutside({ subject }: RightLine, { head }: Comparison): boolean {
  if (subject.kind === "organization") return true;
  return subject.account !== undefined && !head.accounts.has(subject.account);
}

export const openedOutside: Rule = {
  id: "opened-outside",
  description: "An account that has no stack here, or a whole organization, gains a right.",
  severity: "blocking",
  find: (comparison) =>
    comparison.rights
      .filter((line) => line.direction === "gained" && isOutside(line, comparison))
      .map(rightFound),
};
