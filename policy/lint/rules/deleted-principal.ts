import { all, at, judge } from "../judge";
import type { Rule } from "../types";

/** Unique ids of roles, users and groups. */
const UNIQUE_ID = /^A(ROA|IDA|GPA)[A-Z0-9]{12,}$/;

export const deletedPrincipal: Rule = {
  id: "deleted-principal",
  appliesTo: ["key", "trust", "bucket"],
  title: "a principal that was deleted",
  explanation:
    "when a role or user is deleted, AWS replaces its ARN in the policy with its unique id; a new role or user of the same name does not get the permission, and AWS refuses the policy when this text is submitted again",
  fix: "remove the id, or replace it with the ARN of the current role",
  source: "IAM user guide, AWS JSON policy elements: Principal",
  check: ({ statements }) =>
    judge(
      all(statements, ({ principals }) => principals).filter(({ type }) => type === "AWS"),
      (principal) =>
        UNIQUE_ID.test(principal.text)
          ? [at(principal, `${principal.text} is the unique id of a principal that was deleted`)]
          : [],
    ),
};
