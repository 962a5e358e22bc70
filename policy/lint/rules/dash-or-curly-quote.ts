import { judge } from "../judge";
import type { Rule } from "../types";

/** Hyphen-like dashes and the quotes that word processors put in. */
const TYPOGRAPHIC = /[\u2010-\u2015\u2018-\u201f\u2212]/u;

export const dashOrCurlyQuote: Rule = {
  id: "dash-or-curly-quote",
  appliesTo: "any",
  title: "a typographic dash or quote stands in the policy",
  explanation:
    'word processors and web pages turn - and " into characters that look alike; AWS refuses them or compares them as they are, so nothing ever matches',
  fix: "type a plain hyphen (-) and straight quotes (\" and ')",
  source: "IAM API reference, PutRolePolicy: characters of a policy document",
  check: ({ texts }) =>
    judge(texts, ({ text, place }) => {
      const found = TYPOGRAPHIC.exec(text)?.[0];
      return found === undefined ? [] : [{ place, what: `${found} stands in ${text}` }];
    }),
};
