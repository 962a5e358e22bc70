import type { ContextValue } from "@keyferry/evaluator";
import { AwsError, type Call } from "../../contract";
import { constraint, entries } from "./input";

/** Source: IAM user guide, "Passing session tags in AWS STS". */
const MAX_TAGS = 50;
const KEY = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u;
const VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u;

export interface SessionTags {
  readonly asked: Readonly<Record<string, string>>;
  readonly transitive: readonly string[];
}

/** Tags that the call requests. @throws AwsError for tags that AWS does not accept */
export function readSessionTags(call: Call): SessionTags {
  const pairs = entries(call, "Tags").map(
    (entry) => entry as { readonly Key?: string; readonly Value?: string },
  );
  if (pairs.length > MAX_TAGS) {
    throw constraint("Tags", String(pairs.length), `have length less than or equal to ${MAX_TAGS}`);
  }
  const seen = new Set<string>();
  for (const { Key = "", Value = "" } of pairs) {
    if (!KEY.test(Key) || Key.toLowerCase().startsWith("aws:"))
      throw constraint("Tags", Key, "be a valid tag key");
    if (!VALUE.test(Value)) throw constraint("Tags", Value, "be a valid tag value");
    if (seen.has(Key.toLowerCase())) {
      throw new AwsError(
        "InvalidParameterValue",
        "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
      );
    }
    seen.add(Key.toLowerCase());
  }
  return {
    asked: Object.fromEntries(pairs.map(({ Key = "", Value = "" }) => [Key, Value])),
    transitive: entries(call, "TransitiveTagKeys").map(String),
  };
}

/** Tags of the new session: the transitive tags of the calling session, and the requested ones. */
export function tagsOfNewSession(
  call: Call,
  { asked, transitive }: SessionTags,
): { readonly tags: Readonly<Record<string, string>>; readonly transitiveTags: readonly string[] } {
  const inherited = call.caller.transitiveTags ?? [];
  const names = new Set(inherited.map((name) => name.toLowerCase()));
  if (Object.keys(asked).some((name) => names.has(name.toLowerCase()))) {
    throw new AwsError(
      "InvalidParameterValue",
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
    );
  }
  const absent = transitive.find((name) => asked[name] === undefined);
  if (absent !== undefined) {
    throw new AwsError(
      "ValidationError",
      `The specified transitive tag key ${absent} must be included in the requested tags.`,
    );
  }
  const old = call.caller.tags ?? {};
  return {
    tags: { ...Object.fromEntries(inherited.map((name) => [name, old[name] ?? ""])), ...asked },
    transitiveTags: [...inherited, ...transitive],
  };
}

/** Condition keys of the tags in a request. */
export function tagContext({ asked, transitive }: SessionTags): Readonly<Record<string, ContextValue>> {
  const names = Object.keys(asked);
  return {
    ...Object.fromEntries(names.map((name) => [`aws:RequestTag/${name}`, asked[name] ?? ""])),
    ...(names.length === 0 ? {} : { "aws:TagKeys": names }),
    ...(transitive.length === 0 ? {} : { "sts:TransitiveTagKeys": transitive }),
  };
}
