import { anyArn } from "./arn-pattern";
import { blockTest } from "./ip-block";
import { anyPattern, type Pattern } from "./pattern";
import { number, seconds } from "./scalars";

/** Tells whether a value of the request compares with any of a condition's values. */
export type ValueTest = (actual: string) => boolean;

export type Compile = (expected: readonly Pattern[]) => ValueTest;

export interface Operator {
  readonly test: Compile;
  /** A negated operator is true when no value of the policy compares, also when the key is absent. */
  readonly negated: boolean;
}

/** Values whose normal forms are equal compare. */
const equal =
  (normal: (text: string) => string): Compile =>
  (expected) => {
    const known = new Set(expected.map(({ text }) => normal(text)));
    return (actual) => known.has(normal(actual));
  };

const anyOf =
  (test: (expected: string) => ValueTest): Compile =>
  (expected) => {
    const tests = expected.map(({ text }) => test(text));
    return (actual) => tests.some((matches) => matches(actual));
  };

const ordered = (read: (text: string) => number, compare: (actual: number, expected: number) => boolean) =>
  anyOf((text) => {
    const expected = read(text);
    return (actual) => compare(read(actual), expected);
  });

const asIs = (text: string) => text;
const lowerCase = (text: string) => text.toLowerCase();

const TESTS = {
  StringEquals: equal(asIs),
  StringEqualsIgnoreCase: equal(lowerCase),
  StringLike: anyPattern,
  // both sides are base64 of the bytes, which has one form only
  BinaryEquals: equal(asIs),
  // ArnEquals and ArnLike behave identically (IAM user guide, "ARN condition operators")
  ArnEquals: anyArn,
  ArnLike: anyArn,
  Bool: equal(lowerCase),
  NumericEquals: ordered(number, (actual, expected) => actual === expected),
  NumericLessThan: ordered(number, (actual, expected) => actual < expected),
  NumericLessThanEquals: ordered(number, (actual, expected) => actual <= expected),
  NumericGreaterThan: ordered(number, (actual, expected) => actual > expected),
  NumericGreaterThanEquals: ordered(number, (actual, expected) => actual >= expected),
  DateEquals: ordered(seconds, (actual, expected) => actual === expected),
  DateLessThan: ordered(seconds, (actual, expected) => actual < expected),
  DateLessThanEquals: ordered(seconds, (actual, expected) => actual <= expected),
  DateGreaterThan: ordered(seconds, (actual, expected) => actual > expected),
  DateGreaterThanEquals: ordered(seconds, (actual, expected) => actual >= expected),
  IpAddress: anyOf(blockTest),
} satisfies Record<string, Compile>;

const NEGATED: Readonly<Record<string, keyof typeof TESTS>> = {
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
  ...Object.entries(TESTS).map(([name, test]): [string, Operator] => [name, { test, negated: false }]),
  ...Object.entries(NEGATED).map(([name, positive]): [string, Operator] => [
    name,
    { test: TESTS[positive], negated: true },
  ]),
]);
