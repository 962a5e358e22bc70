import { inStatement, judge } from "../judge";
import type { Rule } from "../types";

export const duplicateSid: Rule = {
  id: "duplicate-sid",
  appliesTo: ["identity", "trust"],
  title: "two statements have the same Sid",
  explanation: "IAM refuses a policy in which a Sid is not unique",
  fix: "give each statement a different Sid, or no Sid",
  source: "IAM user guide, IAM JSON policy elements: Sid",
  check: ({ statements }) => {
    const named = statements.filter(({ raw }) => typeof raw["Sid"] === "string" && raw["Sid"] !== "");
    const seen = new Set<string>();
    return judge(named, (statement) => {
      if (!seen.has(statement.id)) {
        seen.add(statement.id);
        return [];
      }
      return [
        inStatement(
          statement,
          `Sid "${statement.id}" is already used by another statement`,
          `${statement.place}.Sid`,
        ),
      ];
    });
  },
};
