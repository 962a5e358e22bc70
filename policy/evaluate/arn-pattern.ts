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
 * A test for a pattern of an ARN: each of the six parts matches by itself, so that `*` never reaches over a colon, except
 * within the resource. Parts missing at the end of the pattern match anything; a lone `*` matches every text.
 * Source: IAM user guide, "IAM JSON policy elements: Resource" and "ARN condition operators".
 */
export function arnTest(pattern: Pattern): TextTest {
  if (isEverything(pattern)) return () => true;
  if (!pattern.prefix.startsWith(ARN_START) && pattern.text !== "arn") return () => false;
  return patternTest(byParts(pattern));
}

/** A test for any of several patterns of ARNs. Those without wildcards are looked up. */
export function anyArn(patterns: readonly Pattern[]): TextTest {
  const exact = patterns.filter(isExact).map(({ text }) => text);
  return anyTest(exact, patterns.filter((pattern) => !isExact(pattern)).map(arnTest));
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

/** Only the resource's wildcards reach over colons; parts that are missing are filled up. */
function byParts({ text, prefix, rest = [] }: Pattern): Pattern {
  let part = prefix.split(":").length;
  const found: Token[] = [];
  for (const token of rest) {
    if (token === COLON) part++;
    found.push(part < ARN_PARTS ? withinPart(token) : token);
  }
  const colon = found.length === 0 && part < ARN_PARTS ? ":" : "";
  if (colon !== "") found.push(++part < ARN_PARTS ? ANY_IN_PART : ANY);
  for (; part < ARN_PARTS; part++) found.push(COLON, part + 1 === ARN_PARTS ? ANY : ANY_IN_PART);
  return found.length === 0 ? { text, prefix } : { text, prefix: prefix + colon, rest: found };
}

function withinPart(token: Token): Token {
  return token === ANY ? ANY_IN_PART : token === ONE ? ONE_IN_PART : token;
}
