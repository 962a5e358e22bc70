import { inStatement, judge } from "../judge";
import type { Rule } from "../types";

export const sidCharacters: Rule = {
  id: "sid-characters",
  appliesTo: ["identity", "trust"],
  title: "a Sid contains characters that IAM does not allow",
  explanation:
    "IAM allows only letters and digits in a Sid, and otherwise refuses the policy; such Sids usually come from key policies, which allow spaces",
  fix: "write the Sid with letters and digits only",
  source: "IAM user guide, IAM JSON policy elements: Sid",
  check: ({ statements }) =>
    judge(
      statements.filter(({ raw }) => typeof raw["Sid"] === "string"),
      (statement) =>
        /^[A-Za-z0-9]*$/.test(String(statement.raw["Sid"]))
          ? []
          : [inStatement(statement, `Sid is "${String(statement.raw["Sid"])}"`, `${statement.place}.Sid`)],
    ),
};
