/** Tags belong to the account that set them: nobody else sees them, the resource's owner included. */
import type { JsonObject } from "../../../contract";
import { AwsError } from "../../../contract";
import { objects, requiredText, text } from "../input";
import type { Ec2State } from "../state";

export type Tags = Readonly<Record<string, string>>;

/** Limits of the EC2 user guide, "Tag restrictions". */
const MAX_TAGS = 50;
const MAX_KEY_LENGTH = 128;
const MAX_VALUE_LENGTH = 256;

export function tagsOf(state: Ec2State, account: string, resourceId: string): Tags {
  return state.tags[place(account, resourceId)] ?? {};
}

/** @throws TagLimitExceeded */
export function setTags(state: Ec2State, account: string, resourceId: string, tags: Tags): void {
  const all = { ...tagsOf(state, account, resourceId), ...tags };
  const count = Object.keys(all).length;
  if (count === 0) return;
  if (count > MAX_TAGS) {
    throw new AwsError("TagLimitExceeded", `The maximum number of tags for a resource is ${MAX_TAGS}.`);
  }
  state.tags[place(account, resourceId)] = all;
}

/** Removes the tags that `goes` selects. */
export function removeTags(
  state: Ec2State,
  account: string,
  resourceId: string,
  goes: (key: string, value: string) => boolean,
): void {
  const kept = Object.entries(tagsOf(state, account, resourceId)).filter(([key, value]) => !goes(key, value));
  state.tags[place(account, resourceId)] = Object.fromEntries(kept);
}

/** All tags of all accounts go with the resource. */
export function forgetTags(state: Ec2State, resourceId: string): void {
  for (const name of Object.keys(state.tags)) if (name.endsWith(`/${resourceId}`)) delete state.tags[name];
}

/** Own tags as `resourceId` -> tags. */
export function allTags(state: Ec2State, account: string): readonly (readonly [string, Tags])[] {
  const prefix = `${account}/`;
  return Object.entries(state.tags)
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, tags]) => [name.slice(prefix.length), tags] as const);
}

/** Tags as the answers list them, sorted by key. */
export function tagSet(tags: Tags): readonly JsonObject[] {
  return Object.entries(tags)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => ({ key, value }));
}

/** The `Tag` list of a structure. @throws InvalidParameterValue for keys and values that EC2 refuses */
export function readTags(holder: JsonObject): Tags {
  const tags = objects(holder, "Tag").map(
    (tag) => [requiredText(tag, "Key"), text(tag, "Value") ?? ""] as const,
  );
  for (const [key, value] of tags) checkTag(key, value);
  return Object.fromEntries(tags);
}

function checkTag(key: string, value: string): void {
  if (key.toLowerCase().startsWith("aws:")) {
    throw new AwsError(
      "InvalidParameterValue",
      `Tag keys starting with 'aws:' are reserved for internal use: ${key}`,
    );
  }
  if (key.length > MAX_KEY_LENGTH || value.length > MAX_VALUE_LENGTH) {
    throw new AwsError(
      "InvalidParameterValue",
      `Tag key exceeds the maximum length of ${MAX_KEY_LENGTH} characters or tag value of ${MAX_VALUE_LENGTH}: ${key}`,
    );
  }
}

/**
 * Tags per resource type from `TagSpecification`.
 * @throws InvalidParameterValue for a type that the operation does not create
 */
export function readTagSpecifications<K extends string>(
  input: JsonObject,
  types: readonly K[],
): Readonly<Record<K, Tags>> {
  const result = Object.fromEntries(types.map((type) => [type, {}])) as Record<K, Tags>;
  for (const specification of objects(input, "TagSpecification")) {
    const type = requiredText(specification, "ResourceType");
    const known = types.find((candidate) => candidate === type);
    if (known === undefined) {
      throw new AwsError(
        "InvalidParameterValue",
        `'${type}' is not a valid taggable resource type for this operation.`,
      );
    }
    result[known] = { ...result[known], ...readTags(specification) };
  }
  return result;
}

function place(account: string, resourceId: string): string {
  return `${account}/${resourceId}`;
}
