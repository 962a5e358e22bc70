import { all, at, judge } from "../judge";
import type { Rule } from "../types";

/** Unique ids of roles, users and groups. */
const UNIQUE_ID = /^A(ROA|IDA|GPA)[A-Z0-9]{12,}$/;

export const deletedPrincipal: Rule = {
  id: "deleted-principal",
  appliesTo: ["key", "trust", "bucket"],
  title: "a principal that was deleted",
  explanation:
    "AWS keeps a principal's unique id in place of its ARN when the role or user is deleted; a new one of the same name does not get the permission back, and putting the same text again is refused",
  fix: "remove the id, or write the ARN of the role that takes its place",
  source: "IAM user guide, AWS JSON policy elements: Principal",
  check: ({ statements }) =>
    judge(
      all(statements, ({ principals }) => principals).filter(({ type }) => type === "AWS"),
      (principal) =>
        UNIQUE_ID.test(principal.text)
          ? [at(principal, `${principal.text} is the unique id of a principal that is gone`)]
          : [],
    ),
};
