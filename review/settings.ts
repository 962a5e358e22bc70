import { z } from "zod";
import { ConfigurationError } from "../core/errors";
import { shown } from "../core/shown";
import type { Finding, Found } from "./finding";
import type { Rule } from "./rule";
import { RULES } from "./rules";

const SEVERITIES = ["blocking", "notice", "off"] as const;

/** Findings that are known and accepted. */
const exceptionSchema = z.strictObject({
  /** The rule whose findings are accepted. */
  rule: z.string(),
  /** Resource as the finding names it; `*` matches any text. Every resource of the finding must match. @default - any */
  resource: z.string().optional(),
  /** Principal as the finding names it; `*` matches any text. @default - any */
  principal: z.string().optional(),
  /** Why it is accepted; shown with the finding. */
  reason: z.string().trim().min(1),
});

const settingsSchema = z.strictObject({
  rules: z.record(z.string(), z.enum(SEVERITIES)).default({}),
  exceptions: z.array(exceptionSchema).default([]),
});

/** Severities of the rules, and the accepted findings. */
export type ReviewSettings = z.output<typeof settingsSchema>;

export const NO_SETTINGS: ReviewSettings = { rules: {}, exceptions: [] };

/**
 * Reads a settings file's text.
 * @throws ConfigurationError with all problems
 */
export function readSettings(text: string, file: string): ReviewSettings {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const what = `it is not valid JSON: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new ConfigurationError([{ path: file, what }], "the review's settings");
  }
  const parsed = settingsSchema.safeParse(value);
  const shape = parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => ({
        path: path.map(String).join(".") || file,
        what: message,
      }));
  const problems = [...shape, ...(parsed.success ? unknownRules(parsed.data) : [])];
  if (problems.length > 0 || !parsed.success) throw new ConfigurationError(problems, file);
  return parsed.data;
}

function unknownRules({ rules, exceptions }: ReviewSettings) {
  const known = RULES.map(({ id }) => id);
  const named = [
    ...Object.keys(rules).map((rule) => ({ path: `rules.${rule}`, rule })),
    ...exceptions.map(({ rule }, index) => ({ path: `exceptions.${index}.rule`, rule })),
  ];
  return named
    .filter(({ rule }) => !known.includes(rule))
    .map(({ path, rule }) => ({ path, what: `there is no rule ${shown(rule)}`, allowed: known.join(", ") }));
}

/** Severity of a finding; undefined where its rule is off. */
export function severityOf(
  rule: Rule,
  found: Found,
  { rules, exceptions }: ReviewSettings,
): Pick<Finding, "severity" | "exception"> | undefined {
  const severity = rules[rule.id] ?? rule.severity;
  if (severity === "off") return undefined;
  const exception = exceptions.find(
    (one) =>
      one.rule === rule.id &&
      found.resources.every((resource) => matches(one.resource, resource)) &&
      matches(one.principal, found.principal ?? ""),
  );
  return exception === undefined ? { severity } : { severity: "notice", exception: exception.reason };
}

function matches(pattern: string | undefined, text: string): boolean {
  if (pattern === undefined) return true;
  const source = pattern
    .split("*")
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    .join(".*");
  return new RegExp(`^${source}$`, "s").test(text);
}
