/** Reads RDS's parameters, whose lists are named after their entries: `Tags.Tag.1.Key`, `ValuesToAdd.AttributeValue.1`. */
import type { ContextValue } from "@keyferry/evaluator";
import { AwsError, type Json, type JsonObject } from "../../contract";
import { isObject, text } from "../ec2/input";
import type { SnapshotFamily } from "./family";

type Tags = Readonly<Record<string, string>>;

/** Limits of the RDS user guide, "Tagging Amazon RDS resources". */
const MAX_TAGS = 50;
const IDENTIFIER = /^[a-z](?:-?[a-z0-9])*$/i;

/** @throws InvalidParameterValue for one that is absent */
export function required(input: JsonObject, name: string): string {
  const value = text(input, name);
  if (value !== undefined) return value;
  throw invalidValue(`The parameter ${name} must be provided and must not be blank.`);
}

export function invalidValue(message: string): AwsError {
  return new AwsError("InvalidParameterValue", message);
}

export function invalidCombination(message: string): AwsError {
  return new AwsError("InvalidParameterCombination", message);
}

/** Entries of a list; both `List.Entry.1` and `List.member.1` are accepted, as on AWS. */
export function entries(input: JsonObject, list: string, entry: string): readonly Json[] {
  const value = input[list];
  if (Array.isArray(value)) return value;
  if (!isObject(value)) return [];
  const named = value[entry];
  return Array.isArray(named) ? named : [];
}

export function names(input: JsonObject, list: string, entry: string): readonly string[] {
  return entries(input, list, entry)
    .filter((one) => typeof one !== "object")
    .map(String);
}

/**
 * The tags that a call sets.
 * @throws InvalidParameterValue for keys that are reserved for AWS, and for more tags than a resource may have
 */
export function readTags(input: JsonObject): Tags {
  const given = entries(input, "Tags", "Tag").filter(isObject);
  const tags = Object.fromEntries(given.map((tag) => [text(tag, "Key") ?? "", text(tag, "Value") ?? ""]));
  const reserved = Object.keys(tags).find((key) => /^(aws|rds):/.test(key));
  if (reserved !== undefined) {
    throw invalidValue(
      `Tag keys cannot start with the reserved prefix '${reserved.slice(0, 4)}': ${reserved}`,
    );
  }
  if (Object.keys(tags).length > MAX_TAGS)
    throw invalidValue(`A resource can have at most ${MAX_TAGS} tags.`);
  return tags;
}

/** Condition keys of the tags that a call sets. Source: service authorization reference, "Amazon RDS". */
export function requestTagContext(tags: Tags): Readonly<Record<string, ContextValue>> {
  const keys = Object.keys(tags);
  if (keys.length === 0) return {};
  return {
    ...Object.fromEntries(
      Object.entries(tags).flatMap(([key, value]) => [
        [`aws:RequestTag/${key}`, value],
        [`rds:req-tag/${key}`, value],
      ]),
    ),
    "aws:TagKeys": keys,
  };
}

/**
 * The identifier of a new snapshot, in lower case, as RDS stores it.
 * @throws InvalidParameterValue with AWS's texts
 */
export function newIdentifier(input: JsonObject, name: string, { longestId }: SnapshotFamily): string {
  const id = required(input, name);
  if (!/^[a-z]/i.test(id)) throw invalidValue(`Invalid snapshot identifier:  ${id}`);
  if (!IDENTIFIER.test(id) || id.length > longestId) {
    throw invalidValue(
      `The parameter ${name} is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII ` +
        "letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.",
    );
  }
  return id.toLowerCase();
}
