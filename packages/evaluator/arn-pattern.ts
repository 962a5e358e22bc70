import {
  ANY,
  ANY_IN_PART,
  anyTest,
  isEverything,
  ONE,
  ONE_IN_PART,
  patternTest,
  type Pattern,
  type TextTest,
  type Token,
} from "./pattern";

const COLON = 58;
const ARN_PARTS = 6;
const ARN_START = "arn:";

/**
 * A test for an ARN pattern in a condition: each of the six parts matches separately, so `*` never matches across a
 * colon, except within the resource. Parts missing at the end match anything; `*` alone matches every text. Source: IAM
 * user guide, "IAM JSON policy elements: Condition operators", ARN condition operators: "each of the six
 * colon-delimited components of the ARN is checked separately".
 */
export function arnTest(pattern: Pattern): TextTest {
  return testByParts(pattern, withinPart);
}

/**
 * A test for a pattern in a statement's Resource: as in a condition, but a `*` that is the last character of a part can
 * match across colons. Source: IAM user guide, "IAM JSON policy elements: Resource": "If the * wildcard is the last
 * character of a resource ARN segment, it can expand to match beyond the colon boundaries".
 */
export function resourceArnTest(pattern: Pattern): TextTest {
  return testByParts(pattern, (token, next) =>
    token === ANY && (next === COLON || next === undefined) ? ANY : withinPart(token),
  );
}

/** A test for any of several ARN patterns. Patterns without wildcards are looked up. */
export function anyArn(
  patterns: readonly Pattern[],
  test: (pattern: Pattern) => TextTest = arnTest,
): TextTest {
  const exact = patterns.filter(isExact).map(({ text }) => text);
  return anyTest(exact, patterns.filter((pattern) => !isExact(pattern)).map(test));
}

/** What a token before the fifth colon matches. */
type InPart = (token: Token, next: Token | undefined) => Token;

function testByParts(pattern: Pattern, inPart: InPart): TextTest {
  if (isEverything(pattern)) return () => true;
  if (!pattern.prefix.startsWith(ARN_START) && pattern.text !== "arn") return () => false;
  return patternTest(byParts(pattern, inPart));
}

function isExact({ rest, text }: Pattern): boolean {
  return rest === undefined && isArn(text);
}

/** Whether a text has the six parts of an ARN. */
export function isArn(text: string): boolean {
  if (!text.startsWith(ARN_START)) return false;
  let at = -1;
  for (let part = 1; part < ARN_PARTS; part++) {
    at = text.indexOf(":", at + 1);
    if (at < 0) return false;
  }
  return true;
}

/** Wildcards in the resource match across colons; missing parts are filled in. */
function byParts({ text, prefix, rest = [] }: Pattern, inPart: InPart): Pattern {
  let part = prefix.split(":").length;
  const found: Token[] = [];
  for (const [index, token] of rest.entries()) {
    if (token === COLON) part++;
    found.push(part < ARN_PARTS ? inPart(token, rest[index + 1]) : token);
  }
  const colon = found.length === 0 && part < ARN_PARTS ? ":" : "";
  if (colon !== "") found.push(++part < ARN_PARTS ? ANY_IN_PART : ANY);
  for (; part < ARN_PARTS; part++) found.push(COLON, part + 1 === ARN_PARTS ? ANY : ANY_IN_PART);
  return found.length === 0 ? { text, prefix } : { text, prefix: prefix + colon, rest: found };
}

function withinPart(token: Token): Token {
  return token === ANY ? ANY_IN_PART : token === ONE ? ONE_IN_PART : token;
}
