import { isRecord } from "@keyferry/common";
import type { Json } from "../../contract";

/** A pattern that has an operator which is not modelled, or that is invalid. */
export class BadPattern extends TypeError {}

type Test = (value: Json, operand: unknown) => boolean;

/** Source: EventBridge user guide, "Comparison operators". */
const OPERATORS: Readonly<Record<string, Test>> = {
  prefix: (value, operand) => typeof value === "string" && value.startsWith(String(operand)),
  suffix: (value, operand) => typeof value === "string" && value.endsWith(String(operand)),
  "equals-ignore-case": (value, operand) =>
    typeof value === "string" && value.toLowerCase() === String(operand).toLowerCase(),
  "anything-but": (value, operand) =>
    isRecord(operand)
      ? !tests(operand).some(([test, of]) => listOf(of).some((one) => test(value, one)))
      : !listOf(operand).includes(value),
  wildcard: (value, operand) => typeof value === "string" && wildcard(String(operand)).test(value),
};

/** @throws BadPattern with what is wrong */
export function checkPattern(pattern: unknown): void {
  matches(pattern, {});
}

/** Whether an event matches a pattern: every field that it names, with one of its alternatives. @throws BadPattern */
export function matches(pattern: unknown, event: Json): boolean {
  if (!isRecord(pattern)) throw new BadPattern("an event pattern is an object");
  const fields = isRecord(event) ? event : {};
  const results = Object.entries(pattern).map(([name, wanted]) => {
    if (name === "$or")
      return listOf(wanted)
        .map((one) => matches(one, event))
        .some(Boolean);
    const value = fields[name] as Json;
    if (Array.isArray(wanted)) return meetsOne(wanted as readonly unknown[], value);
    if (isRecord(wanted)) return matches(wanted, value);
    throw new BadPattern(`${name} must be an object or an array`);
  });
  return results.every(Boolean);
}

function meetsOne(alternatives: readonly unknown[], value: Json): boolean {
  const values = Array.isArray(value) ? (value as readonly Json[]) : [value];
  return alternatives.map((alternative) => meets(alternative, value, values)).some(Boolean);
}

function meets(alternative: unknown, whole: Json, values: readonly Json[]): boolean {
  if (!isRecord(alternative)) return whole !== undefined && values.some((value) => value === alternative);
  const { exists, ...others } = alternative;
  if (exists !== undefined) return (whole !== undefined) === (exists === true);
  return tests(others)
    .map(([test, operand]) => whole !== undefined && values.some((value) => test(value, operand)))
    .every(Boolean);
}

function tests(operators: Readonly<Record<string, unknown>>): readonly (readonly [Test, unknown])[] {
  return Object.entries(operators).map(([name, operand]) => {
    const test = OPERATORS[name];
    if (test === undefined)
      throw new BadPattern(`${name} is not one of exists, ${Object.keys(OPERATORS).join(", ")}`);
    return [test, operand];
  });
}

function wildcard(text: string): RegExp {
  const literal = text.split("*").map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${literal.join(".*")}$`, "s");
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [value];
}
