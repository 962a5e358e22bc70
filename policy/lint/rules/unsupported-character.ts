import { judge } from "../judge";
import type { Rule } from "../types";

/** What a policy may hold, and the typographic characters that have a rule of their own. */
const ALLOWED = /^[\t\n\r\u0020-\u00ff\u2010-\u2015\u2018-\u201f\u2212]*$/u;

export const unsupportedCharacter: Rule = {
  id: "unsupported-character",
  appliesTo: ["key", "identity", "trust"],
  title: "a character that a policy may not hold",
  explanation:
    "KMS and IAM accept tab, line feed, carriage return and the characters from U+0020 to U+00FF only",
  fix: "write it with the characters of Latin-1",
  source: "KMS API reference, PutKeyPolicy; IAM API reference, PutRolePolicy",
  check: ({ texts }) =>
    judge(texts, ({ text, place }) =>
      ALLOWED.test(text) ? [] : [{ place, what: `${JSON.stringify(text)} holds a character beyond U+00FF` }],
    ),
};
