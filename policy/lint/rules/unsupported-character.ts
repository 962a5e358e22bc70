import { judge } from "../judge";
import type { Rule } from "../types";

/** The characters that a policy may contain, and the typographic characters that have their own rule. */
const ALLOWED = /^[\t\n\r\u0020-\u00ff\u2010-\u2015\u2018-\u201f\u2212]*$/u;

export const unsupportedCharacter: Rule = {
  id: "unsupported-character",
  appliesTo: ["key", "identity", "trust"],
  title: "a character that is not allowed in a policy",
  explanation:
    "KMS and IAM accept only tab, line feed, carriage return and the characters from U+0020 to U+00FF",
  fix: "use only characters of Latin-1",
  source: "KMS API reference, PutKeyPolicy; IAM API reference, PutRolePolicy",
  check: ({ texts }) =>
    judge(texts, ({ text, place }) =>
      ALLOWED.test(text)
        ? []
        : [{ place, what: `${JSON.stringify(text)} contains a character above U+00FF` }],
    ),
};
