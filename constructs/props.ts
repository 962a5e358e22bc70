import { Token } from "cdktf";
import type { Construct } from "constructs";
import { KeyferryError } from "../core/errors";

/** An inclusive range that AWS allows; messages print the numbers that are checked. */
export interface Range {
  readonly min: number;
  /** @default - no upper limit */
  readonly max?: number;
  readonly unit: string;
}

/** The error of a prop that AWS would refuse; names the construct, the prop, the value and what is allowed. */
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
 * Refuses a number outside of its range; a token is not known yet and passes.
 * @throws KeyferryError PropInvalid
 */
export function checkRange(scope: Construct, prop: string, value: number | undefined, range: Range): void {
  if (value === undefined || Token.isUnresolved(value)) return;
  if (Number.isInteger(value) && value >= range.min && value <= (range.max ?? Infinity)) return;
  const bounds = range.max === undefined ? `of at least ${range.min}` : `from ${range.min} to ${range.max}`;
  throw propError(scope, prop, String(value), `a whole number ${bounds} ${range.unit}`);
}

/**
 * Refuses a text that does not match; a text that holds a token is not known yet and passes.
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
