/** Text with wildcards, compiled so that a substituted variable's `*` stays a plain character. */

/** Any characters. */
export const ANY = -1;
/** One character. */
export const ONE = -2;
/** Any characters but a colon. */
export const ANY_IN_PART = -3;
/** One character that is no colon. */
export const ONE_IN_PART = -4;

/** A UTF-16 code unit, or one of the wildcards above. */
export type Token = number;

export interface Pattern {
  /** As it was written, for operators that know no wildcards. */
  readonly text: string;
  /** What stands before the first wildcard. */
  readonly prefix: string;
  /** From the first wildcard on; undefined when there is none. */
  readonly rest?: readonly Token[];
}

const STAR = 42;
const QUESTION_MARK = 63;

/** Characters as they stand: no wildcards. */
export function literal(text: string): Pattern {
  return { text, prefix: text };
}

/** Reads `*` and `?` as wildcards. */
export function wildcards(text: string): Pattern {
  if (!/[*?]/.test(text)) return literal(text);
  const tokens = units(text).map((unit) => (unit === STAR ? ANY : unit === QUESTION_MARK ? ONE : unit));
  return fromTokens(text, tokens);
}

/** One after the other. */
export function joined(patterns: readonly Pattern[]): Pattern {
  return fromTokens(patterns.map(({ text }) => text).join(""), patterns.flatMap(tokensOf));
}

export function tokensOf({ prefix, rest }: Pattern): readonly Token[] {
  return rest === undefined ? units(prefix) : [...units(prefix), ...rest];
}

export function fromTokens(text: string, tokens: readonly Token[]): Pattern {
  const start = tokens.findIndex((token) => token < 0);
  if (start < 0) return literal(text);
  const prefix = tokens
    .slice(0, start)
    .map((unit) => String.fromCharCode(unit))
    .join("");
  return { text, prefix, rest: tokens.slice(start) };
}

/** Whether the pattern is nothing but stars. */
export function isEverything({ prefix, rest }: Pattern): boolean {
  return prefix === "" && rest !== undefined && rest.every((token) => token === ANY);
}

/** A test for any of several patterns. Those without wildcards, by far the most, are looked up. */
export function anyPattern(patterns: readonly Pattern[]): (text: string) => boolean {
  const exact = new Set(patterns.filter(({ rest }) => rest === undefined).map(({ text }) => text));
  const others = patterns.filter(({ rest }) => rest !== undefined);
  return (text) => exact.has(text) || others.some((pattern) => matchesPattern(pattern, text));
}

/** Whether the whole text matches. Greedy with one point of return, so never exponential. */
export function matchesPattern({ prefix, rest }: Pattern, text: string): boolean {
  if (rest === undefined) return text === prefix;
  if (!text.startsWith(prefix)) return false;
  return (rest.length === 1 && rest[0] === ANY) || matchesTokens(rest, text, prefix.length);
}

/**
 * A star that stays within its part is never returned to from a later part: the parts between which it stands are
 * separated by colons that it cannot reach over, so one point of return suffices for both kinds of stars.
 */
function matchesTokens(tokens: readonly Token[], text: string, start: number): boolean {
  let position = start;
  let token = 0;
  let lastAny = -1;
  let resumeAt = 0;
  while (position < text.length) {
    const expected = tokens[token];
    if (expected === ANY || expected === ANY_IN_PART) {
      lastAny = token++;
      resumeAt = position;
      continue;
    }
    const width = expected === undefined ? 0 : widthOf(expected, text, position);
    if (width > 0) {
      token++;
      position += width;
    } else if (lastAny >= 0 && !(tokens[lastAny] === ANY_IN_PART && text[resumeAt] === ":")) {
      token = lastAny + 1;
      position = ++resumeAt;
    } else {
      return false;
    }
  }
  while (tokens[token] === ANY || tokens[token] === ANY_IN_PART) token++;
  return token === tokens.length;
}

/** How many code units of the text a token takes; 0 when it does not match. */
function widthOf(token: Token, text: string, position: number): number {
  if (token >= 0) return text.charCodeAt(position) === token ? 1 : 0;
  if (token === ONE_IN_PART && text[position] === ":") return 0;
  return (text.codePointAt(position) ?? 0) > 0xffff ? 2 : 1;
}

function units(text: string): Token[] {
  return Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
}
