import { inStatement, judge } from "../judge";
import type { Rule } from "../types";

export const sidCharacters: Rule = {
  id: "sid-characters",
  appliesTo: ["identity", "trust"],
  title: "a Sid holds characters that IAM does not allow",
  explanation:
    "IAM allows letters and digits only and refuses the policy; key policies allow spaces, which is where such Sids come from",
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
