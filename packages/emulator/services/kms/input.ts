import { AwsError, type Call, type JsonObject } from "../../contract";
import { invalid } from "./errors";
import type { KmsState } from "./state";

export function text(call: Call, name: string): string | undefined {
  const value = call.input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw invalid(`${name} must be a string`);
  return value;
}

export function required(call: Call, name: string): string {
  const value = text(call, name);
  if (value !== undefined && value !== "") return value;
  throw invalid(
    `1 validation error detected: Value null at '${name[0]?.toLowerCase() ?? ""}${name.slice(1)}' failed to satisfy ` +
      "constraint: Member must not be null",
  );
}

export function flag(call: Call, name: string): boolean {
  return call.input[name] === true;
}

/** @throws AwsError when the number is given and outside the limits */
export function integer(call: Call, name: string, least: number, most: number): number | undefined {
  const value = call.input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) return value;
  throw invalid(
    `1 validation error detected: Value '${String(value)}' at '${name[0]?.toLowerCase() ?? ""}${name.slice(1)}' failed to ` +
      `satisfy constraint: Member must have value between ${least} and ${most}`,
  );
}

/** A map of strings, e.g. an encryption context. */
export function stringMap(value: unknown): Readonly<Record<string, string>> | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "object" || Array.isArray(value)) throw invalid("a map of strings was expected");
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, String(inner)]));
}

export function strings(call: Call, name: string): readonly string[] | undefined {
  const value = call.input[name];
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) throw invalid(`${name} must be a list`);
  return (value as readonly unknown[]).map(String);
}

/** Source: KMS developer guide, "Resource quotas"; KMS API reference, "Tag". */
const MOST_TAGS = 50;
const LONGEST: Readonly<Record<"tagKey" | "tagValue", number>> = { tagKey: 128, tagValue: 256 };

/** Tags in KMS's form: `TagKey`, `TagValue`. @throws AwsError TagException, ValidationException */
export function tagsOf(call: Call): Record<string, string> {
  const tags = (call.input["Tags"] ?? []) as readonly {
    readonly TagKey: string;
    readonly TagValue: string;
  }[];
  for (const [index, { TagKey, TagValue }] of tags.entries()) {
    requireLength("tagKey", TagKey, index);
    requireLength("tagValue", TagValue, index);
    if (TagKey.toLowerCase().startsWith("aws:")) throw tagError("Tags beginning with aws: are reserved");
  }
  if (new Set(tags.map(({ TagKey }) => TagKey)).size < tags.length) throw tagError("Duplicate tag keys");
  return withinTagQuota(Object.fromEntries(tags.map(({ TagKey, TagValue }) => [TagKey, TagValue])));
}

/** @throws AwsError TagException when a key would exceed its maximum number of tags */
export function withinTagQuota(tags: Record<string, string>): Record<string, string> {
  if (Object.keys(tags).length > MOST_TAGS) throw tagError("Too many tags");
  return tags;
}

function requireLength(member: keyof typeof LONGEST, text: string, index: number): void {
  if (text.length <= LONGEST[member]) return;
  throw invalid(
    `1 validation error detected: Value '${text}' at 'tags.${index + 1}.member.${member}' failed to satisfy constraint: ` +
      `Member must have length less than or equal to ${LONGEST[member]}`,
  );
}

function tagError(message: string): AwsError {
  return new AwsError("TagException", message);
}

const LONGEST_DESCRIPTION = 8192;

/** @throws AwsError ValidationException when it is too long */
export function descriptionOf(call: Call): string {
  const description = text(call, "Description") ?? "";
  if (description.length <= LONGEST_DESCRIPTION) return description;
  throw invalid(
    "1 validation error detected: Value at 'description' failed to satisfy constraint: Member must have length less than " +
      `or equal to ${LONGEST_DESCRIPTION}`,
  );
}

const MOST_GRANT_TOKENS = 10;

/** The call's grant tokens. @throws AwsError for a token that was never issued */
export function grantTokens({ live }: KmsState, call: Call): readonly string[] {
  const tokens = strings(call, "GrantTokens") ?? [];
  if (tokens.length > MOST_GRANT_TOKENS)
    throw invalid(`At most ${MOST_GRANT_TOKENS} grant tokens can be given`);
  if (tokens.every((token) => live.grantTokens.has(token))) return tokens;
  throw new AwsError("InvalidGrantTokenException", "Invalid grant token.");
}

/** One page of a list, with KMS's own members: `Limit` and `Marker` in, `NextMarker` and `Truncated` out. */
export function page<T>(
  call: Call,
  all: readonly T[],
  standard: number,
): { entries: readonly T[]; rest: JsonObject } {
  const limit = integer(call, "Limit", 1, 1000) ?? standard;
  const marker = text(call, "Marker");
  const start = marker === undefined ? 0 : Number(Buffer.from(marker, "base64").toString());
  if (!Number.isInteger(start)) throw invalid("Marker is invalid");
  const end = start + limit;
  const more = end < all.length;
  return {
    entries: all.slice(start, end),
    rest: { Truncated: more, NextMarker: more ? Buffer.from(String(end)).toString("base64") : undefined },
  };
}
