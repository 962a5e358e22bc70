import { isRecord } from "@keyferry/common";
import { memberOf } from "../unwrap";
import { attributeValue, refValue, type TemplateNames } from "./values";

/** The value is known only after the deployment. */
export const UNRESOLVED = Symbol("known after the deployment");
/** `AWS::NoValue`: the property or the element is absent. */
export const NO_VALUE = Symbol("AWS::NoValue");

/** Stand-in for the part of a text that is known only after the deployment. */
const UNKNOWN_PART = "known-after-deployment";

export interface Resolved {
  /** A text, a list, an object that may contain further intrinsic functions, UNRESOLVED or NO_VALUE. */
  readonly value: unknown;
  /** Whether a part of the text is unknown. */
  readonly partly?: boolean;
  /** Where the value is in the function's argument, for positions: `Fn::If[1]`. */
  readonly from?: readonly (string | number)[];
}

type IntrinsicFunction = (argument: unknown, names: TemplateNames) => Resolved;

const NOT_KNOWN: Resolved = { value: UNRESOLVED };

/** The intrinsic functions that policies use; any other is known after the deployment. */
const FUNCTIONS: Readonly<Record<string, IntrinsicFunction>> = {
  Ref: (argument, names) => {
    if (argument === "AWS::NoValue") return { value: NO_VALUE };
    return known(typeof argument === "string" ? refValue(argument, names) : undefined);
  },
  "Fn::GetAtt": (argument, names) => {
    const [name, attribute] = texts(argument) ?? [];
    return known(
      name === undefined || attribute === undefined ? undefined : attributeValue(name, attribute, names),
    );
  },
  "Fn::Sub": (argument, names) => {
    const [text, variables] = Array.isArray(argument) ? (argument as readonly unknown[]) : [argument];
    return typeof text === "string" ? substituted(text, variables, names) : NOT_KNOWN;
  },
  "Fn::Join": (argument, names) => {
    const [delimiter, parts] = Array.isArray(argument) ? (argument as readonly unknown[]) : [];
    const list = resolve(parts, names);
    if (typeof delimiter !== "string" || !Array.isArray(list.value)) return NOT_KNOWN;
    return joined(
      (list.value as readonly unknown[]).map((part) => resolve(part, names)),
      delimiter,
    );
  },
  "Fn::Select": (argument, names) => {
    const [index, list] = Array.isArray(argument) ? (argument as readonly unknown[]) : [];
    const choices = resolve(list, names).value;
    const choice = Array.isArray(choices) ? (choices as readonly unknown[])[Number(index)] : undefined;
    return choice === undefined ? NOT_KNOWN : resolve(choice, names);
  },
  "Fn::Split": (argument, names) => {
    const [delimiter, text] = Array.isArray(argument) ? (argument as readonly unknown[]) : [];
    const whole = resolve(text, names);
    if (typeof delimiter !== "string" || typeof whole.value !== "string" || whole.partly) return NOT_KNOWN;
    return { value: whole.value.split(delimiter) };
  },
  "Fn::FindInMap": (argument, names) => {
    const keys = (Array.isArray(argument) ? (argument as readonly unknown[]) : []).map(
      (key) => resolve(key, names).value,
    );
    const found = keys.reduce<unknown>((at, key) => memberOf(at, String(key)), names.mappings);
    return keys.length === 3 && found !== undefined ? { value: found } : NOT_KNOWN;
  },
  // Which branch applies is not known; a statement that may exist counts as existing.
  "Fn::If": (argument) => {
    const [, yes, no] = Array.isArray(argument) ? (argument as readonly unknown[]) : [];
    const absent = memberOf(yes, "Ref") === "AWS::NoValue";
    return { value: absent ? no : yes, from: ["Fn::If", absent ? 2 : 1] };
  },
};

/** The value of an intrinsic function, or the value itself if it is not a function. */
export function resolve(value: unknown, names: TemplateNames): Resolved {
  const name = functionIn(value);
  if (name === undefined) return { value };
  const call = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  const resolved = call?.(memberOf(value, name), names) ?? NOT_KNOWN;
  if (functionIn(resolved.value) === undefined) return resolved;
  const inner = resolve(resolved.value, names);
  return { ...inner, from: [...(resolved.from ?? []), ...(inner.from ?? [])] };
}

function functionIn(value: unknown): string | undefined {
  if (!isRecord(value)) return undefined;
  const [name, ...others] = Object.keys(value);
  return others.length === 0 && name !== undefined && /^(Ref$|Fn::)/.test(name) ? name : undefined;
}

function known(value: string | readonly string[] | undefined): Resolved {
  return value === undefined ? NOT_KNOWN : { value };
}

/** `${Name}`, `${Name.Attribute}` and `${!Literal}` of `Fn::Sub`. */
function substituted(text: string, variables: unknown, names: TemplateNames): Resolved {
  let partly = false;
  const value = text.replace(/\$\{(!?)([^}]*)\}/g, (whole, literal: string, name: string) => {
    if (literal !== "") return `\${${name}}`;
    const given = memberOf(variables, name.trim());
    const found = given === undefined ? named(name.trim(), names) : resolve(given, names);
    if (typeof found.value === "string" && found.partly !== true) return found.value;
    partly = true;
    return UNKNOWN_PART;
  });
  return partly ? { value, partly } : { value };
}

function named(name: string, names: TemplateNames): Resolved {
  const dot = name.indexOf(".");
  return known(
    dot === -1 ? refValue(name, names) : attributeValue(name.slice(0, dot), name.slice(dot + 1), names),
  );
}

function joined(parts: readonly Resolved[], delimiter: string): Resolved {
  const partly = parts.some(({ value, partly: part }) => typeof value !== "string" || part === true);
  const value = parts
    .map((part) => (typeof part.value === "string" ? part.value : UNKNOWN_PART))
    .join(delimiter);
  return partly ? { value, partly } : { value };
}

/** The texts of a list; undefined if the value is not a list of texts. */
function texts(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.every((text) => typeof text === "string") ? value : undefined;
}
