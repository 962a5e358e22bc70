import { AwsError, type Call } from "../../contract";

export function text(call: Call, name: string): string {
  const value = call.input[name];
  return typeof value === "string" ? value : "";
}

/** A list in the form of the Query protocol; anything else is an empty one. */
export function entries(call: Call, name: string): readonly unknown[] {
  const value = call.input[name];
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

/** @throws AwsError ValidationError with AWS's text for a violated constraint */
export function constraint(name: string, value: string, rule: string): AwsError {
  return new AwsError(
    "ValidationError",
    `1 validation error detected: Value '${value}' at '${name[0]?.toLowerCase() ?? ""}${name.slice(1)}' failed to satisfy ` +
      `constraint: Member must ${rule}`,
  );
}

export function expectPattern(call: Call, name: string, pattern: RegExp): void {
  const value = text(call, name);
  if (pattern.test(value)) return;
  throw constraint(name, value, `satisfy regular expression pattern: ${pattern.source.slice(1, -1)}`);
}
