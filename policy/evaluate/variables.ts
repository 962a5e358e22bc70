import { valuesOf, type Context } from "./context";
import { literal, wildcards, type Pattern } from "./pattern";

const VARIABLE = /(\$\{[^}]*\})/;
const KEY_AND_DEFAULT = /^\$\{\s*([^,]+?)\s*(?:,\s*'([^']*)'\s*)?\}$/;
/** `${*}`, `${?}` and `${$}` stand for the character itself. */
const ESCAPED = /^\$\{([*?$])\}$/;

/**
 * Puts the request's values in the place of `${aws:...}`, taken literally; `${key, 'text'}` has a default. Undefined
 * when a variable has neither value nor default, or more than one value: such a text matches nothing.
 * Source: IAM user guide, "IAM policy elements: Variables and tags".
 */
export function expand(text: string, context: Context): Pattern | undefined {
  if (!text.includes("${")) return wildcards(text);
  const pieces = text.split(VARIABLE).map((piece, index) => {
    // split() with a group puts the variables at the odd places
    return index % 2 === 0 ? wildcards(piece) : valueOf(piece, context);
  });
  return pieces.some((piece) => piece === undefined) ? undefined : pieces.flatMap((piece) => piece ?? []);
}

function valueOf(variable: string, context: Context): Pattern | undefined {
  const escaped = ESCAPED.exec(variable)?.[1];
  if (escaped !== undefined) return literal(escaped);
  const [, key, fallback] = KEY_AND_DEFAULT.exec(variable) ?? [];
  if (key === undefined) return undefined;
  const values = valuesOf(context, key);
  const value = values === undefined ? fallback : values.length === 1 ? values[0] : undefined;
  return value === undefined ? undefined : literal(value);
}
