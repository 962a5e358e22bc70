import { Lazy } from "cdktf";
import type { Range } from "../constructs/props";
import type { Input, Samples, Validation } from "./input";
import { quoted, type Hcl } from "./text";

/** The kinds of variables that modules have. */

interface InputTexts {
  readonly description: string;
  readonly validations?: readonly Validation[];
}

/** A text, with the token that constructs get for it. */
export interface TextInput extends Input {
  readonly token: string;
}

export interface NumberInput extends Input {
  readonly token: number;
}

/** @param usual default of the variable; `null`: it is optional @default - the variable is required */
export function text(
  name: string,
  { description, validations = [] }: InputTexts,
  usual?: string | null,
): TextInput {
  return {
    ...scalar(name, "string", description, usual === null ? null : usual && quoted(usual), validations),
    token: Lazy.stringValue({ produce: () => `\${var.${name}}` }),
  };
}

/** @param usual default of the variable; `null`: it is optional */
export function wholeNumber(
  name: string,
  description: string,
  range: Range,
  usual: number | null,
): NumberInput {
  const { min, max = Infinity, unit } = range;
  const given = `var.${name}`;
  const inRange = `${given} >= ${min} && ${given} <= ${max} && floor(${given}) == ${given}`;
  const validation: Validation = {
    condition: usual === null ? `${given} == null ? true : ${inRange}` : inRange,
    message: `${name} must be a whole number from ${min} to ${max} ${unit}.`,
  };
  return {
    ...scalar(name, "number", description, usual === null ? null : String(usual), [validation]),
    token: Lazy.numberValue({ produce: () => `\${var.${name}}` as unknown as number }),
  };
}

/** A boolean variable. */
export function flag(name: string, description: string, usual: boolean): Input {
  return {
    ...{ name, type: "bool", description, default: String(usual), validations: [] },
    when: `var.${name}`,
  };
}

/** One of several words; the condition is that the variable has its default. */
export function choice(name: string, description: string, words: readonly string[], usual: string): Input {
  return {
    ...{ name, type: "string", description, default: quoted(usual) },
    validations: [oneOf(name, words)],
    when: `var.${name} == ${quoted(usual)}`,
  };
}

/** A list, empty by default; constructs get one sample element. */
export function listOf(
  name: string,
  type: Hcl,
  { description, validations = [] }: InputTexts,
  samples: Omit<Samples, "over">,
): Input {
  return {
    ...{ name, type: `list(${type})`, description, default: "[]", validations },
    when: `length(var.${name}) > 0`,
    samples: { ...samples, over: `var.${name}` },
  };
}

/**
 * A map of texts, empty by default, which replaces its sample as a whole.
 * @param when condition under which it has a value @default - always
 */
export function textMap(name: string, description: string, when?: Hcl): MapInput {
  return {
    ...{ name, type: "map(string)", description, default: "{}", validations: [] },
    ...(when === undefined ? {} : { when }),
    samples: { over: `var.${name}`, element: "entry", texts: [] },
    map: { [`${MAP_SAMPLE}${name}`]: "" },
  };
}

export interface MapInput extends Input {
  readonly map: Readonly<Record<string, string>>;
}

/** Beginning of the key that stands for all entries of a map. */
export const MAP_SAMPLE = "sample-of-";

/** Refuses values that do not match. @param allowed description of allowed values */
export function matching(name: string, pattern: RegExp, allowed: string): Validation {
  return { condition: found(pattern, `var.${name}`), message: `${name} must be ${allowed}.` };
}

/** The same for an optional variable. */
export function matchingIfGiven(name: string, pattern: RegExp, allowed: string): Validation {
  const { condition, message } = matching(name, pattern, allowed);
  return { condition: `var.${name} == null ? true : ${condition}`, message };
}

/** The same for each element of a list. @param part of an element: `.account` @default "" - the element */
export function eachMatching(name: string, pattern: RegExp, allowed: string, part = ""): Validation {
  const every = `alltrue([for one in var.${name} : ${found(pattern, `one${part}`)}])`;
  return {
    condition: every,
    message: `${name}: every element${part && ` (${part.slice(1)})`} must be ${allowed}.`,
  };
}

export function oneOf(name: string, words: readonly string[]): Validation {
  const all = words.map((word) => `"${word}"`).join(", ");
  return {
    condition: `contains([${all}], var.${name})`,
    message: `${name} must be one of ${words.join(", ")}.`,
  };
}

/**
 * Terraform uses RE2, whose regular expressions have no lookahead or lookbehind.
 * @throws TypeError for a pattern with either
 */
export function found(pattern: RegExp, value: Hcl): Hcl {
  if (pattern.source.includes("(?")) throw new TypeError(`RE2 cannot match ${pattern.source}`);
  return `can(regex(${quoted(pattern.source.replace(/\\\//g, "/"))}, ${value}))`;
}

function scalar(
  name: string,
  type: Hcl,
  description: string,
  usual: Hcl | null | undefined,
  validations: readonly Validation[],
): Input {
  return {
    ...{ name, type, description, validations },
    ...(usual === undefined ? {} : { default: usual ?? "null" }),
    ...(usual === null ? { when: `var.${name} != null` } : {}),
  };
}
