import { judge } from "../judge";
import type { Rule } from "../types";

/** Hyphen-like dashes and the quotes that word processors insert. */
const TYPOGRAPHIC = /[\u2010-\u2015\u2018-\u201f\u2212]/u;

export const dashOrCurlyQuote: Rule = {
  id: "dash-or-curly-quote",
  appliesTo: "any",
  title: "the policy contains a typographic dash or quote",
  explanation:
    'word processors and web pages turn - and " into characters that look alike; AWS refuses them, or compares them literally and nothing matches',
  fix: "type a plain hyphen (-) and straight quotes (\" and ')",
  source: "IAM API reference, PutRolePolicy: characters of a policy document",
  check: ({ texts }) =>
    judge(texts, ({ text, place }) => {
      const found = TYPOGRAPHIC.exec(text)?.[0];
      return found === undefined ? [] : [{ place, what: `${found} in ${text}` }];
    }),
};
