import {
  ANY,
  ANY_IN_PART,
  fromTokens,
  isEverything,
  matchesPattern,
  ONE,
  ONE_IN_PART,
  tokensOf,
  type Pattern,
  type Token,
} from "./pattern";

const COLON = 58;
const ARN_PARTS = 6;
const ARN_START = "arn:";

/** Tells whether an ARN matches. */
export type ArnTest = (arn: string) => boolean;

/**
 * A test for a pattern of an ARN: each of the six parts matches by itself, so that `*` never reaches over a colon, except
 * within the resource. Parts missing at the end of the pattern match anything; a lone `*` matches every text.
 * Source: IAM user guide, "IAM JSON policy elements: Resource" and "ARN condition operators".
 */
export function arnTest(pattern: Pattern): ArnTest {
  if (isEverything(pattern)) return () => true;
  if (!pattern.prefix.startsWith(ARN_START) && pattern.text !== "arn") return () => false;
  const byParts = fromTokens(pattern.text, tokensByPart(tokensOf(pattern)));
  return (arn) => matchesPattern(byParts, arn) && isArn(arn);
}

/** A test for any of several patterns of ARNs. Those without wildcards are looked up. */
export function anyArn(patterns: readonly Pattern[]): ArnTest {
  const isExact = ({ rest, text }: Pattern) => rest === undefined && isArn(text);
  const exact = new Set(patterns.filter(isExact).map(({ text }) => text));
  const others = patterns.filter((pattern) => !isExact(pattern)).map(arnTest);
  return (arn) => exact.has(arn) || others.some((matches) => matches(arn));
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

/** Only the resource's wildcards reach over colons; what is missing is filled up. */
function tokensByPart(tokens: readonly Token[]): Token[] {
  const found: Token[] = [];
  let part = 1;
  for (const token of tokens) {
    if (token === COLON) part++;
    found.push(part < ARN_PARTS ? withinPart(token) : token);
  }
  for (; part < ARN_PARTS; part++) found.push(COLON, part + 1 === ARN_PARTS ? ANY : ANY_IN_PART);
  return found;
}

function withinPart(token: Token): Token {
  return token === ANY ? ANY_IN_PART : token === ONE ? ONE_IN_PART : token;
}
