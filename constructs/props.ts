import { Token } from "cdktf";
import type { Construct } from "constructs";
import { KeyferryError } from "../core/errors";

/** An inclusive range that AWS allows. Messages show the same numbers that are checked. */
export interface Range {
  readonly min: number;
  /** @default - no upper limit */
  readonly max?: number;
  readonly unit: string;
}

/** The error for a prop that AWS would refuse. It names the construct, the prop, the value and what is allowed. */
export function propError(
  scope: Construct,
  prop: string,
  got: string,
  allowed: string,
  fix?: string,
): KeyferryError {
  return new KeyferryError(`${scope.node.path}: ${prop} is ${got}, allowed is ${allowed}`, {
    code: "PropInvalid",
    source: "user",
    ...(fix === undefined ? {} : { fix }),
  });
}

/**
 * Refuses a number outside its range. A token is accepted, because its value is not known yet.
 * @throws KeyferryError PropInvalid
 */
export function checkRange(scope: Construct, prop: string, value: number | undefined, range: Range): void {
  if (value === undefined || Token.isUnresolved(value)) return;
  if (Number.isInteger(value) && value >= range.min && value <= (range.max ?? Infinity)) return;
  const bounds = range.max === undefined ? `of at least ${range.min}` : `from ${range.min} to ${range.max}`;
  throw propError(scope, prop, String(value), `a whole number ${bounds} ${range.unit}`);
}

/**
 * Refuses a text that does not match. A text with a token is accepted, because its value is not known yet.
 * @throws KeyferryError PropInvalid
 */
export function checkText(
  scope: Construct,
  prop: string,
  value: string,
  pattern: RegExp,
  allowed: string,
): void {
  if (Token.isUnresolved(value) || pattern.test(value)) return;
  throw propError(scope, prop, `"${value}"`, allowed);
}
