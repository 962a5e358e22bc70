/** Text with wildcards, compiled so that a `*` in a substituted variable remains a plain character. */

/** Any characters. */
export const ANY = -1;
/** One character. */
export const ONE = -2;
/** Any characters except a colon. */
export const ANY_IN_PART = -3;
/** One character except a colon. */
export const ONE_IN_PART = -4;

/** A UTF-16 code unit, or one of the wildcards above. */
export type Token = number;

export interface Pattern {
  /** The original text, for operators without wildcards. */
  readonly text: string;
  /** The part before the first wildcard. */
  readonly prefix: string;
  /** The part from the first wildcard on; undefined when there is none. */
  readonly rest?: readonly Token[];
}

const WILDCARD = /[*?]/;
const STAR = 42;
const QUESTION_MARK = 63;

/** Literal characters: no wildcards. */
export function literal(text: string): Pattern {
  return { text, prefix: text };
}

/** Reads `*` and `?` as wildcards. */
export function wildcards(text: string): Pattern {
  const start = text.search(WILDCARD);
  if (start < 0) return literal(text);
  const rest: Token[] = [];
  for (let index = start; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    rest.push(unit === STAR ? ANY : unit === QUESTION_MARK ? ONE : unit);
  }
  return { text, prefix: text.slice(0, start), rest };
}

/** One after the other. */
export function joined(patterns: readonly Pattern[]): Pattern {
  const text = patterns.map((pattern) => pattern.text).join("");
  const first = patterns.findIndex(({ rest }) => rest !== undefined);
  if (first < 0) return literal(text);
  const before = patterns.slice(0, first + 1).map(({ prefix }) => prefix);
  const rest = [...(patterns[first]?.rest ?? [])];
  for (const pattern of patterns.slice(first + 1))
    rest.push(...units(pattern.prefix), ...(pattern.rest ?? []));
  return { text, prefix: before.join(""), rest };
}

/** Whether the pattern consists only of stars. */
export function isEverything({ prefix, rest }: Pattern): boolean {
  return prefix === "" && rest !== undefined && rest.every((token) => token === ANY);
}

export type TextTest = (text: string) => boolean;

/** A test for any of several patterns. Patterns without wildcards, which are by far the most frequent, are looked up. */
export function anyPattern(patterns: readonly Pattern[]): TextTest {
  const exact = patterns.filter(({ rest }) => rest === undefined).map(({ text }) => text);
  const others = patterns.filter(({ rest }) => rest !== undefined).map(patternTest);
  return anyTest(exact, others);
}

/** A test for any of some texts and any of some tests; most policies list one of either. */
export function anyTest(exact: readonly string[], tests: readonly TextTest[]): TextTest {
  if (exact.length > 0) {
    const isExact = exactTest(exact);
    return tests.length === 0 ? isExact : (text) => isExact(text) || tests.some((matches) => matches(text));
  }
  const [only, ...more] = tests;
  if (only === undefined) return () => false;
  return more.length === 0 ? only : (text) => tests.some((matches) => matches(text));
}

function exactTest(texts: readonly string[]): TextTest {
  const [only] = texts;
  if (texts.length === 1) return (text) => text === only;
  const all = new Set(texts);
  return (text) => all.has(text);
}

/** A test of the whole text, never exponential, and without `?` never slower than searching for the literal pieces. */
export function patternTest({ prefix, rest }: Pattern): TextTest {
  if (rest === undefined) return (text) => text === prefix;
  if (rest.length === 1 && rest[0] === ANY) return (text) => text.startsWith(prefix);
  if (rest.includes(ANY) && rest.includes(ANY_IN_PART, rest.indexOf(ANY))) {
    return (text) => text.startsWith(prefix) && matchesEveryWay(rest, text, prefix.length);
  }
  const pieces = piecesOf(rest);
  return pieces === undefined
    ? (text) => text.startsWith(prefix) && matchesTokens(rest, text, prefix.length)
    : (text) => text.startsWith(prefix) && matchesPieces(pieces, text, prefix.length);
}

/** A star and the literal text after it. */
interface Piece {
  readonly withinPart: boolean;
  readonly text: string;
}

/** Undefined when there is a wildcard other than a star. */
function piecesOf(rest: readonly Token[]): readonly Piece[] | undefined {
  const pieces: Piece[] = [];
  for (const token of rest) {
    if (token === ONE || token === ONE_IN_PART) return undefined;
    if (token === ANY || token === ANY_IN_PART) {
      pieces.push({ withinPart: token === ANY_IN_PART, text: "" });
      continue;
    }
    const last = pieces.pop();
    if (last !== undefined) pieces.push({ ...last, text: last.text + String.fromCharCode(token) });
  }
  return pieces;
}

/**
 * Takes every piece where it first occurs, and the last one at the end: the stars between can only take more. A star
 * within its part has no choice: the next piece is before the next colon, or begins with it.
 */
function matchesPieces(pieces: readonly Piece[], text: string, start: number): boolean {
  let position = start;
  for (let index = 0; index < pieces.length; index++) {
    const piece = pieces[index] as Piece;
    const isLast = index === pieces.length - 1;
    const found = isLast ? text.length - piece.text.length : text.indexOf(piece.text, position);
    if (found < position || (isLast && !text.endsWith(piece.text))) return false;
    if (piece.withinPart) {
      const colon = text.indexOf(":", position);
      if (colon >= 0 && colon < found) return false;
    }
    position = found + piece.text.length;
  }
  return true;
}

/**
 * Where a star within its part follows one that matches across colons, either may have to take more: every position
 * that the tokens so far can reach is kept.
 */
function matchesEveryWay(tokens: readonly Token[], text: string, start: number): boolean {
  let ends: ReadonlySet<number> = new Set([start]);
  for (const token of tokens) {
    ends = token === ANY || token === ANY_IN_PART ? reached(token, ends, text) : stepped(token, ends, text);
  }
  return ends.has(text.length);
}

function reached(star: Token, ends: ReadonlySet<number>, text: string): ReadonlySet<number> {
  const next = new Set<number>();
  for (const end of ends) {
    for (let at = end; at <= text.length && !next.has(at); at++) {
      next.add(at);
      if (star === ANY_IN_PART && text[at] === ":") break;
    }
  }
  return next;
}

function stepped(token: Token, ends: ReadonlySet<number>, text: string): ReadonlySet<number> {
  const next = new Set<number>();
  for (const end of ends) {
    const width = end < text.length ? widthOf(token, text, end) : 0;
    if (width > 0) next.add(end + width);
  }
  return next;
}

/**
 * A star that stays within its part is never returned to from a later part: the parts on both sides of it are separated
 * by colons that it cannot match, so one point of return is enough for both kinds of stars.
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
