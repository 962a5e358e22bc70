import { all, at, judge } from "../judge";
import { isSession } from "../statement";
import type { Rule } from "../types";

export const assumedRoleSession: Rule = {
  id: "assumed-role-session",
  appliesTo: ["key", "trust", "bucket"],
  title: "a session principal without its session",
  explanation:
    "a session is assumed-role/<role>/<session name> with both names in full; without the session name or with a wildcard AWS refuses it",
  fix: "name the role itself: iam::<account>:role/<role>; it covers every session of the role",
  source: "IAM user guide, AWS JSON policy elements: Principal, Role session principals",
  check: ({ statements }) =>
    judge(
      all(statements, ({ principals }) => principals).filter(({ text }) => isSession(text)),
      (principal) => {
        const [role = "", session = ""] = principal.text.split(":assumed-role/")[1]?.split("/") ?? [];
        if (session === "") return [at(principal, `${principal.text} has no session name`)];
        return /[*?]/.test(role + session) ? [at(principal, `${principal.text} holds a wildcard`)] : [];
      },
    ),
};
