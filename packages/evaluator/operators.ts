import { anyArn } from "./arn-pattern";
import { blockTest } from "./ip-block";
import { anyPattern, anyTest, type Pattern } from "./pattern";
import { number, seconds } from "./scalars";

/** Tests whether a value of the request matches any of a condition's values. */
export type ValueTest = (actual: string) => boolean;

export type Compile = (expected: readonly Pattern[]) => ValueTest;

export interface Operator {
  readonly test: Compile;
  /** A negated operator is true when no value of the policy matches, also when the key is absent. */
  readonly negated: boolean;
  /**
   * Whether `${...}` in a value is a policy variable: only under string and ARN operators. Source: IAM user guide, "IAM
   * policy elements: Variables and tags": not with Numeric, Date, Boolean, Binary, IP Address or Null operators.
   */
  readonly variables: boolean;
}

const equal: Compile = (expected) =>
  anyTest(
    expected.map(({ text }) => text),
    [],
  );

const equalIgnoringCase: Compile = (expected) => {
  const compares = anyTest(
    expected.map(({ text }) => text.toLowerCase()),
    [],
  );
  return (actual) => compares(actual.toLowerCase());
};

const anyOf =
  (test: (expected: string) => ValueTest): Compile =>
  (expected) =>
    anyTest(
      [],
      expected.map(({ text }) => test(text)),
    );

const ordered = (read: (text: string) => number, compare: (actual: number, expected: number) => boolean) =>
  anyOf((text) => {
    const expected = read(text);
    return (actual) => compare(read(actual), expected);
  });

const TESTS = {
  StringEquals: equal,
  StringEqualsIgnoreCase: equalIgnoringCase,
  StringLike: anyPattern,
  // both sides are base64, which has only one form for the same bytes
  BinaryEquals: equal,
  // ArnEquals and ArnLike behave identically (IAM user guide, "ARN condition operators")
  ArnEquals: anyArn,
  ArnLike: anyArn,
  Bool: equalIgnoringCase,
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

/** Condition operators by name; `Null` tests for presence, not for a value, and is not one of them. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ...Object.entries(TESTS).map(([name, test]) => entry(name, test, false)),
  ...Object.entries(NEGATED).map(([name, positive]) => entry(name, TESTS[positive], true)),
]);

function entry(name: string, test: Compile, negated: boolean): [string, Operator] {
  return [name, { test, negated, variables: /^(String|Arn)/.test(name) }];
}
