import type { ContextValue } from "@keyferry/evaluator";
import type { ConditionValues } from "./statements";

/** A condition key that is absent or has a value. */
export type Candidate = ContextValue | undefined;

const OUTSIDE = "outside-of-every-condition";

/** Keys with several values in one request. Source: KMS developer guide and IAM user guide, multivalued context keys. */
const MULTIVALUED =
  /^(kms:grantoperations|kms:resourcealiases|aws:tagkeys|aws:principalorgpaths|aws:calledvia|kms:encryptioncontextkeys)$/;

/**
 * The values of a condition key to test with: each that a condition names, one that matches none of them, and no value.
 * @param conditions of one key
 */
export function candidates({ key, operators, values }: ConditionValues): readonly Candidate[] {
  const names = [...operators];
  const of = (pattern: RegExp) => names.some((name) => pattern.test(name));
  const written = [...values].filter((value) => !value.includes("${"));
  const single = new Set<string>();
  if (of(/Null$/i)) single.add("present");
  for (const value of written) {
    if (of(/Numeric/i)) [-1, 0, 1].forEach((by) => single.add(String(Number(value) + by)));
    if (of(/Date/i)) dates(value).forEach((date) => single.add(date));
    if (of(/Bool/i)) ["true", "false"].forEach((one) => single.add(one));
    if (of(/IpAddress/i)) single.add(value.replace(/\/\d+$/, ""));
    if (of(/String|Arn|Binary/i)) single.add(concrete(value));
  }
  if (of(/IpAddress/i)) ["203.0.113.7", "2001:db8::7"].forEach((address) => single.add(address));
  if (of(/String|Binary/i)) single.add(OUTSIDE);
  if (of(/Arn/i)) single.add(`arn:aws:sns:eu-west-1:000000000000:${OUTSIDE}`);
  const several = MULTIVALUED.test(key.toLowerCase()) || of(/^For(All|Any)/i);
  return [undefined, ...(several ? lists([...single]) : single)];
}

function lists(values: readonly string[]): readonly ContextValue[] {
  const inside = values.filter((value) => !value.includes(OUTSIDE));
  const all = inside.length > 1 ? [inside] : [];
  const mixed = inside.length > 0 ? [[...inside.slice(0, 1), OUTSIDE]] : [];
  return [...values.map((value) => [value]), ...all, ...mixed];
}

function dates(value: string): readonly string[] {
  const time = Date.parse(value);
  return Number.isNaN(time) ? [] : [-1000, 0, 1000].map((by) => new Date(time + by).toISOString());
}

/** An example text that a pattern matches. */
export function concrete(pattern: string): string {
  return pattern.replaceAll("*", "any").replaceAll("?", "x");
}
