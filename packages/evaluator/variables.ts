import { valuesOf, type Context } from "./context";
import { joined, literal, wildcards, type Pattern } from "./pattern";

const VARIABLE = /(\$\{[^}]*\})/;
const KEY_AND_DEFAULT = /^\$\{\s*([^,]+?)\s*(?:,\s*'([^']*)'\s*)?\}$/;
/** `${*}`, `${?}` and `${$}` stand for the character itself. */
const ESCAPED = /^\$\{([*?$])\}$/;

const COLONS_BEFORE_RESOURCE = 5;

/**
 * Where the resource of an ARN begins, after the fifth colon that is not part of a variable: before it no variable is
 * read. Source: IAM user guide, "IAM policy elements: Variables and tags", where you can use policy variables: "only in
 * the resource portion of the ARN", after the fifth colon.
 */
export function resourceStart(arn: string): number {
  let at = 0;
  let colons = 0;
  for (const [index, piece] of arn.split(VARIABLE).entries()) {
    for (let offset = 0; index % 2 === 0 && offset < piece.length; offset++) {
      if (piece[offset] === ":" && ++colons === COLONS_BEFORE_RESOURCE) return at + offset + 1;
    }
    at += piece.length;
  }
  return arn.length;
}

/** Like `expand`, for a statement's Resource. */
export function expandResource(arn: string, context: Context): Pattern | undefined {
  const start = resourceStart(arn);
  const resource = expand(arn.slice(start), context);
  return resource === undefined ? undefined : joined([wildcards(arn.slice(0, start)), resource]);
}

/** Whether a text depends on the request. */
export function hasVariables(text: string): boolean {
  return text.includes("${");
}

/** A plain text, escaped so that no part of it is read as a variable. */
export function escapeVariables(text: string): string {
  return text.replaceAll("${", "${$}{");
}

/**
 * Replaces `${aws:...}` with the request's values, taken literally; `${key, 'text'}` has a default. Undefined when a
 * variable has neither value nor default, or more than one value: such a text matches nothing. Source: IAM user guide,
 * "IAM policy elements: Variables and tags".
 */
export function expand(text: string, context: Context): Pattern | undefined {
  if (!hasVariables(text)) return wildcards(text);
  const pieces: Pattern[] = [];
  for (const [index, piece] of text.split(VARIABLE).entries()) {
    // split() with a group returns the variables at the odd indexes
    const value = index % 2 === 0 ? wildcards(piece) : valueOf(piece, context);
    if (value === undefined) return undefined;
    pieces.push(value);
  }
  return joined(pieces);
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
