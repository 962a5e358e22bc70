import { matchesArn, matchesPattern, textOf, type Pattern } from "./pattern";

/** Compares one value of the request with one value of the policy. */
export type Comparison = (actual: string, expected: Pattern) => boolean;

export interface Operator {
  readonly compare: Comparison;
  /** A negated operator is true when no value of the policy compares, also when the key is absent. */
  readonly negated: boolean;
}

const onText =
  (compare: (actual: string, expected: string) => boolean): Comparison =>
  (actual, expected) =>
    compare(actual, textOf(expected));

const onNumbers =
  (read: (text: string) => number, compare: (actual: number, expected: number) => boolean): Comparison =>
  (actual, expected) =>
    compare(read(actual), read(textOf(expected)));

const COMPARISONS = {
  StringEquals: onText((actual, expected) => actual === expected),
  StringEqualsIgnoreCase: onText((actual, expected) => actual.toLowerCase() === expected.toLowerCase()),
  StringLike: (actual, expected) => matchesPattern(expected, actual),
  BinaryEquals: onText((actual, expected) => actual === expected),
  // ArnEquals and ArnLike behave identically (IAM user guide, "ARN condition operators")
  ArnEquals: (actual, expected) => matchesArn(expected, actual),
  ArnLike: (actual, expected) => matchesArn(expected, actual),
  Bool: onText((actual, expected) => actual.toLowerCase() === expected.toLowerCase()),
  NumericEquals: onNumbers(number, (actual, expected) => actual === expected),
  NumericLessThan: onNumbers(number, (actual, expected) => actual < expected),
  NumericLessThanEquals: onNumbers(number, (actual, expected) => actual <= expected),
  NumericGreaterThan: onNumbers(number, (actual, expected) => actual > expected),
  NumericGreaterThanEquals: onNumbers(number, (actual, expected) => actual >= expected),
  DateEquals: onNumbers(seconds, (actual, expected) => actual === expected),
  DateLessThan: onNumbers(seconds, (actual, expected) => actual < expected),
  DateLessThanEquals: onNumbers(seconds, (actual, expected) => actual <= expected),
  DateGreaterThan: onNumbers(seconds, (actual, expected) => actual > expected),
  DateGreaterThanEquals: onNumbers(seconds, (actual, expected) => actual >= expected),
  IpAddress: onText(inBlock),
} satisfies Record<string, Comparison>;

const NEGATED: Readonly<Record<string, keyof typeof COMPARISONS>> = {
  StringNotEquals: "StringEquals",
  StringNotEqualsIgnoreCase: "StringEqualsIgnoreCase",
  StringNotLike: "StringLike",
  ArnNotEquals: "ArnEquals",
  ArnNotLike: "ArnLike",
  NumericNotEquals: "NumericEquals",
  DateNotEquals: "DateEquals",
  NotIpAddress: "IpAddress",
};

/** Condition operators by name; `Null` asks for presence, not for a value, and is not among them. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ...Object.entries(COMPARISONS).map(([name, compare]): [string, Operator] => [
    name,
    { compare, negated: false },
  ]),
  ...Object.entries(NEGATED).map(([name, positive]): [string, Operator] => [
    name,
    { compare: COMPARISONS[positive], negated: true },
  ]),
]);

/** NaN, which compares with nothing, for a text that is no number. */
function number(text: string): number {
  return text.trim() === "" ? Number.NaN : Number(text);
}

/** ISO 8601 or seconds since 1970; four digits are a year. */
function seconds(text: string): number {
  return /^\d{5,}(\.\d+)?$/.test(text) ? Number(text) : Date.parse(text) / 1000;
}

/** IPv4 only; any other address is in no block. */
function inBlock(address: string, block: string): boolean {
  const [base = "", bits = "32"] = block.split("/");
  const size = /^\d{1,2}$/.test(bits) ? 2 ** (32 - Number(bits)) : Number.NaN;
  const actual = ipv4(address);
  const expected = ipv4(base);
  if (actual === undefined || expected === undefined || !(size >= 1)) return false;
  return Math.floor(actual / size) === Math.floor(expected / size);
}

function ipv4(text: string): number | undefined {
  const octets = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  if (octets === undefined || octets.some((octet) => octet > 255)) return undefined;
  return octets.reduce((sum, octet) => sum * 256 + octet, 0);
}
