/** Text with wildcards, kept as tokens so that a substituted variable's `*` stays a plain character. */

export const ANY: unique symbol = Symbol("*");
export const ONE: unique symbol = Symbol("?");

/** One character, or a wildcard. */
export type Token = string | typeof ANY | typeof ONE;
export type Pattern = readonly Token[];

/** Characters as they stand: no wildcards. */
export function literal(text: string): Pattern {
  return Array.from(text);
}

/** Reads `*` and `?` as wildcards. */
export function wildcards(text: string): Pattern {
  return Array.from(text, (char) => (char === "*" ? ANY : char === "?" ? ONE : char));
}

/** The pattern as it was written, for operators that know no wildcards. */
export function textOf(pattern: Pattern): string {
  return pattern.map((token) => (token === ANY ? "*" : token === ONE ? "?" : token)).join("");
}

/** Whether the whole text matches. Greedy with one point of return, so never exponential. */
export function matchesPattern(pattern: Pattern, text: string): boolean {
  return matchesTokens(pattern, Array.from(text));
}

function matchesTokens(pattern: Pattern, text: Pattern): boolean {
  let position = 0;
  let token = 0;
  let lastAny = -1;
  let resumeAt = 0;
  while (position < text.length) {
    const expected = pattern[token];
    if (expected === ANY) {
      lastAny = token++;
      resumeAt = position;
    } else if (token < pattern.length && (expected === ONE || expected === text[position])) {
      token++;
      position++;
    } else if (lastAny >= 0) {
      token = lastAny + 1;
      position = ++resumeAt;
    } else {
      return false;
    }
  }
  return pattern.slice(token).every((rest) => rest === ANY);
}

const ARN_PARTS = 6;

/**
 * Whether an ARN matches: each of the six parts by itself, so that `*` never reaches over a colon, except within the
 * resource. Parts missing at the end of the pattern match anything; a lone `*` matches every text.
 * Source: IAM user guide, "IAM JSON policy elements: Resource" and "ARN condition operators".
 */
export function matchesArn(pattern: Pattern, arn: string): boolean {
  if (pattern.length > 0 && pattern.every((token) => token === ANY)) return true;
  const expected = arnParts(pattern);
  const actual = arnParts(literal(arn));
  if (actual.length < ARN_PARTS || textOf(expected[0] ?? []) !== "arn") return false;
  return actual.every((part, index) => matchesTokens(expected[index] ?? [ANY], part));
}

function arnParts(pattern: Pattern): readonly Pattern[] {
  const parts: Token[][] = [[]];
  for (const token of pattern) {
    if (token === ":" && parts.length < ARN_PARTS) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}
