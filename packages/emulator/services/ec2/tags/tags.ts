/** Tags belong to the account that set them: no other account sees them, not even the resource's owner. */
import type { JsonObject } from "../../../contract";
import { AwsError } from "../../../contract";
import { objects, requiredText, text } from "../input";
import type { Ec2State } from "../state";

export type Tags = Readonly<Record<string, string>>;

/** Limits of the EC2 user guide, "Tag restrictions". */
const MAX_TAGS = 50;
const MAX_KEY_LENGTH = 128;
const MAX_VALUE_LENGTH = 256;

/** Tags that AWS sets: they do not count, and only AWS sets or removes them. */
const AWS_PREFIX = "aws:";

const NONE: Tags = {};

/** Account -> resource id -> tags, indexed by the record that they come from: a record that replaces another is indexed again. */
const INDEXES = new WeakMap<Ec2State["tags"], Map<string, Map<string, Tags>>>();

export function tagsOf(state: Ec2State, account: string, resourceId: string): Tags {
  return indexOf(state).get(account)?.get(resourceId) ?? NONE;
}

/** @throws TagLimitExceeded */
export function setTags(state: Ec2State, account: string, resourceId: string, tags: Tags): void {
  const all = { ...tagsOf(state, account, resourceId), ...tags };
  const names = Object.keys(all);
  if (names.length === 0) return;
  if (names.filter((name) => !name.startsWith(AWS_PREFIX)).length > MAX_TAGS) {
    throw new AwsError("TagLimitExceeded", `The maximum number of tags for a resource is ${MAX_TAGS}.`);
  }
  replaceTags(state, account, resourceId, all);
}

/** Removes the user's tags that `goes` selects. */
export function removeTags(
  state: Ec2State,
  account: string,
  resourceId: string,
  goes: (key: string, value: string) => boolean,
): void {
  const kept = Object.entries(tagsOf(state, account, resourceId)).filter(
    ([key, value]) => key.startsWith(AWS_PREFIX) || !goes(key, value),
  );
  replaceTags(state, account, resourceId, Object.fromEntries(kept));
}

/** All tags of all accounts are removed with the resource. */
export function forgetTags(state: Ec2State, resourceId: string): void {
  for (const [account, resources] of indexOf(state)) {
    if (resources.delete(resourceId)) delete state.tags[place(account, resourceId)];
  }
}

/** Own tags as `resourceId` -> tags. */
export function allTags(state: Ec2State, account: string): readonly (readonly [string, Tags])[] {
  return [...(indexOf(state).get(account) ?? [])];
}

function replaceTags(state: Ec2State, account: string, resourceId: string, tags: Tags): void {
  const index = indexOf(state);
  state.tags[place(account, resourceId)] = tags;
  keep(index, account, resourceId, tags);
}

function indexOf(state: Ec2State): Map<string, Map<string, Tags>> {
  const known = INDEXES.get(state.tags);
  if (known !== undefined) return known;
  const index = new Map<string, Map<string, Tags>>();
  for (const [name, tags] of Object.entries(state.tags)) {
    const [account = "", resourceId = ""] = name.split("/");
    keep(index, account, resourceId, tags);
  }
  INDEXES.set(state.tags, index);
  return index;
}

function keep(index: Map<string, Map<string, Tags>>, account: string, resourceId: string, tags: Tags): void {
  const resources = index.get(account) ?? new Map<string, Tags>();
  index.set(account, resources.set(resourceId, tags));
}

/** Tags in the form of responses, sorted by key; absent when there are none. */
export function tagSet(tags: Tags): readonly JsonObject[] | undefined {
  const entries = Object.entries(tags);
  if (entries.length === 0) return undefined;
  return entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => ({ key, value }));
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
  if (key.toLowerCase().startsWith(AWS_PREFIX)) {
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
