/** Reads decoded parameters: in the Query protocols every value is a string. */
import type { Json, JsonObject } from "../../contract";
import { AwsError } from "../../contract";

/** A string; undefined when it is absent or empty. */
export function text(input: JsonObject, name: string): string | undefined {
  const value = input[name];
  if (value === undefined || value === null || value === "" || typeof value === "object") return undefined;
  return String(value);
}

/** @throws MissingParameter */
export function requiredText(input: JsonObject, name: string): string {
  const value = text(input, name);
  if (value === undefined) throw missingParameter(name);
  return value;
}

export function missingParameter(name: string): AwsError {
  return new AwsError("MissingParameter", `The request must contain the parameter ${name}`);
}

/** @throws InvalidParameterValue for anything except true and false */
export function flag(input: JsonObject, name: string): boolean | undefined {
  const value = text(input, name)?.toLowerCase();
  if (value === undefined) return undefined;
  if (value !== "true" && value !== "false") throw invalidValue(name, value);
  return value === "true";
}

/** A whole number that is not negative. @throws InvalidParameterValue */
export function whole(input: JsonObject, name: string): number | undefined {
  const value = text(input, name);
  if (value === undefined) return undefined;
  if (!/^\d+$/.test(value)) throw invalidValue(name, value);
  return Number(value);
}

export function invalidValue(name: string, value: string): AwsError {
  return new AwsError("InvalidParameterValue", `Invalid value '${value}' for ${name}`);
}

/** A list of strings; empty when it is absent. */
export function texts(input: JsonObject, name: string): readonly string[] {
  const value = input[name];
  return Array.isArray(value) ? value.filter((entry) => typeof entry !== "object").map(String) : [];
}

/** A list of structures; empty when it is absent. */
export function objects(input: JsonObject, name: string): readonly JsonObject[] {
  const value = input[name];
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** A structure; empty when it is absent. */
export function object(input: JsonObject, name: string): JsonObject {
  const value = input[name];
  return isObject(value) ? value : {};
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Structures below an XML list element of moto's response, whether there is one, many or none, wrapped or not. */
export function answerItems(value: Json | undefined): readonly JsonObject[] {
  return answerList(value).filter(isObject);
}

/** Texts below an XML list element of moto's response. */
export function answerTexts(value: Json | undefined): readonly string[] {
  return answerList(value)
    .filter((entry) => typeof entry !== "object")
    .map(String);
}

function answerList(value: Json | undefined): readonly Json[] {
  if (value === undefined || value === null) return [];
  if (typeof value === "string" && value.trim() === "") return [];
  if (Array.isArray(value)) return value;
  if (isObject(value)) {
    if ("item" in value) return answerList(value.item);
    if ("member" in value) return answerList(value.member);
  }
  return [value];
}

/** Turns structured input back into Query parameters: `{Filter: [{Name, Value: [..]}]}` -> `Filter.1.Value.1`. */
export function flatten(input: JsonObject): Record<string, string> {
  const flat: Record<string, string> = {};
  const visit = (path: string, value: Json | undefined): void => {
    if (value === undefined || value === null) return;
    if (Array.isArray(value)) value.forEach((entry: Json, index) => visit(`${path}.${index + 1}`, entry));
    else if (isObject(value))
      for (const [name, inner] of Object.entries(value)) visit(`${path}.${name}`, inner);
    else flat[path] = String(value);
  };
  for (const [name, value] of Object.entries(input)) visit(name, value);
  return flat;
}
