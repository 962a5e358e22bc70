import type { FaultEffect, FaultRule } from "./rules";

/** What is wrong with a rule, in one sentence. */
export class BadFault extends TypeError {}

const TEXTS = ["service", "operation", "account", "region"] as const;
const NUMBERS = ["share", "nth", "times"] as const;
const EFFECTS: Readonly<Record<FaultEffect["kind"], readonly string[]>> = {
  throttle: [],
  reset: ["when"],
  slow: ["seconds"],
  late: ["seconds"],
  fail: ["code", "message", "status"],
  deny: ["action"],
};

/** Reads rules from JSON. @throws BadFault */
export function readFaults(value: unknown): readonly FaultRule[] {
  if (!Array.isArray(value)) throw new BadFault("faults must be a list of rules");
  return value.map(readRule);
}

function readRule(value: unknown): FaultRule {
  const rule = objectOf(value, "a fault");
  allow(rule, ["effect", ...TEXTS, ...NUMBERS], "a fault");
  for (const name of TEXTS) expect(rule, name, "string");
  for (const name of NUMBERS) expect(rule, name, "number");
  const { share, nth } = rule as { readonly share?: number; readonly nth?: number };
  if (share !== undefined && !(share > 0 && share <= 1)) throw new BadFault("share must be above 0, up to 1");
  if (nth !== undefined && !(Number.isInteger(nth) && nth > 0)) throw new BadFault("nth counts from 1");
  const effect = objectOf(rule["effect"], "effect");
  const kind = String(effect["kind"]);
  if (!Object.hasOwn(EFFECTS, kind)) {
    throw new BadFault(`effect.kind must be one of ${Object.keys(EFFECTS).join(", ")}`);
  }
  allow(effect, ["kind", ...EFFECTS[kind as FaultEffect["kind"]]], `effect ${kind}`);
  demand(effect, kind === "slow" || kind === "late" ? "seconds" : undefined, "number");
  demand(effect, kind === "fail" ? "code" : kind === "deny" ? "action" : undefined, "string");
  if (effect["when"] !== undefined && effect["when"] !== "before" && effect["when"] !== "after") {
    throw new BadFault("effect.when must be before or after");
  }
  return rule as unknown as FaultRule;
}

function objectOf(value: unknown, what: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new BadFault(`${what} must be an object`);
}

function allow(value: Record<string, unknown>, names: readonly string[], what: string): void {
  const unknown = Object.keys(value).find((name) => !names.includes(name));
  if (unknown !== undefined) throw new BadFault(`${what} has no ${unknown}; it has ${names.join(", ")}`);
}

function expect(value: Record<string, unknown>, name: string, type: "string" | "number"): void {
  if (value[name] !== undefined && typeof value[name] !== type)
    throw new BadFault(`${name} must be a ${type}`);
}

function demand(value: Record<string, unknown>, name: string | undefined, type: "string" | "number"): void {
  if (name === undefined) return;
  if (value[name] === undefined) throw new BadFault(`effect ${String(value["kind"])} needs ${name}`);
  expect(value, name, type);
}
