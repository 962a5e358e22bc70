import { all, at, judge } from "../judge";
import { isSession } from "../statement";
import type { Rule } from "../types";

export const assumedRoleSession: Rule = {
  id: "assumed-role-session",
  appliesTo: ["key", "trust", "bucket"],
  title: "a session principal without a complete session name",
  explanation:
    "a session principal is assumed-role/<role>/<session name> with both names in full; AWS refuses it without a session name or with a wildcard",
  fix: "name the role itself: iam::<account>:role/<role>, which covers every session of the role",
  source: "IAM user guide, AWS JSON policy elements: Principal, Role session principals",
  check: ({ statements }) =>
    judge(
      all(statements, ({ principals }) => principals).filter(({ text }) => isSession(text)),
      (principal) => {
        const [role = "", session = ""] = principal.text.split(":assumed-role/")[1]?.split("/") ?? [];
        if (session === "") return [at(principal, `${principal.text} has no session name`)];
        return /[*?]/.test(role + session) ? [at(principal, `${principal.text} contains a wildcard`)] : [];
      },
    ),
};
