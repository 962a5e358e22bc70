import { z } from "zod";
import type { Problem } from "../core/errors";
import { shown } from "../core/shown";
import { pathText } from "../core/path-text";

type Issue = z.core.$ZodIssue;

/** zod's name of a type -> what a user writes. */
const SHAPES: Readonly<Record<string, string>> = {
  string: 'text in quotes: "..."',
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list: [ ... ]",
  object: "an object: { ... }",
  record: "an object: { ... }",
};

/**
 * Problems that zod finds in the shape of the input, with the path as a user writes it, `images.web.to[0]`, the value, and
 * what is allowed.
 */
export function shapeProblems(schema: z.ZodType, input: unknown): readonly Problem[] {
  const { error } = schema.safeParse(input);
  return (error?.issues ?? []).flatMap((issue) => problemsOf(issue, schema, valueAt(input, issue.path)));
}

function problemsOf(issue: Issue, schema: z.ZodType, value: unknown): readonly Problem[] {
  const path = pathText(issue.path);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({
        path: pathText([...issue.path, key]),
        what: "there is no such setting",
        allowed: fieldsAt(schema, issue.path).join(", "),
      }));
    case "invalid_type":
      if (value === undefined) return [{ path, what: "it is missing", allowed: SHAPES[issue.expected] }];
      return [{ path, what: `${shown(value)} cannot be used`, allowed: SHAPES[issue.expected] }];
    case "invalid_value":
      return [{ path, what: `${shown(value)} cannot be used`, allowed: issue.values.map(shown).join(", ") }];
    case "too_small":
      return [
        {
          path,
          what: amount(value, "little"),
          allowed: ownWords(issue) ?? `at least ${issue.minimum}${unitOf(value)}`,
        },
      ];
    case "too_big":
      return [
        {
          path,
          what: amount(value, "much"),
          allowed: ownWords(issue) ?? `at most ${issue.maximum}${unitOf(value)}`,
        },
      ];
    case "invalid_key":
      return [{ path, what: "this name cannot be used", allowed: issue.issues[0]?.message }];
    case "custom":
    case "invalid_element":
    case "invalid_format":
    case "invalid_union":
    case "not_multiple_of":
      return [{ path, what: `${shown(value)} cannot be used`, allowed: issue.message }];
  }
}

function amount(value: unknown, direction: "little" | "much"): string {
  if (value === "" || (Array.isArray(value) && value.length === 0)) return "it is empty";
  return typeof value === "number"
    ? `${value} is too ${direction}`
    : `it is too ${direction === "little" ? "short" : "long"}`;
}

function unitOf(value: unknown): string {
  return typeof value === "string" ? " characters" : "";
}

/** The schema's own description of what is allowed; zod's default messages describe types. */
function ownWords({ message }: Issue): string | undefined {
  return /^Too (small|big)/.test(message) ? undefined : message;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, part) => (value as Record<PropertyKey, unknown>)[part], input);
}

/** The settings of an object in the schema. */
function fieldsAt(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  const found = path.reduce<unknown>((at, part) => childOf(unwrapped(at), part), schema);
  const object = unwrapped(found);
  return object instanceof z.ZodObject ? Object.keys(object.shape) : [];
}

function unwrapped(schema: unknown): unknown {
  return schema instanceof z.ZodOptional ? schema.unwrap() : schema;
}

function childOf(schema: unknown, part: PropertyKey): unknown {
  if (schema instanceof z.ZodObject) return schema.shape[String(part)];
  if (schema instanceof z.ZodRecord) return schema.valueType;
  return schema instanceof z.ZodArray ? schema.element : undefined;
}
