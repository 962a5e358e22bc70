/**
 * Services that are stored in moto, with authorisation in front of it: for each operation, a table lists the IAM
 * actions and the resources that they are checked on. Source of every table: service authorization reference.
 */
import { formatArn, parseArn, partitionOf } from "@keyferry/common";
import type { ContextValue } from "@keyferry/evaluator";
import type { AccessCheck, Call, Json, JsonObject, Operation } from "../../contract";

/** The IAM check of one operation. */
export interface StoredOperation {
  /** ARNs, or `*` for an operation that has no resource. */
  readonly on: (call: Call) => readonly string[];
  /** Without the service's prefix. @default - the operation's own name */
  readonly action?: string;
  /** An additional action that is checked when the call has tags. */
  readonly tagging?: string;
  /** The member with the ARN of a role that the call passes to a service. @default - none */
  readonly passesRole?: { readonly member: string; readonly to: string };
  /** The service's own condition keys. */
  readonly context?: (call: Call) => Readonly<Record<string, ContextValue>>;
}

export type StoredTable = Readonly<Record<string, StoredOperation>>;

/** For operations without a resource. */
export const ON_ANY: StoredOperation = { on: () => ["*"] };

/** The same row for several operations. */
export function rows(operation: StoredOperation, ...names: readonly string[]): StoredTable {
  return Object.fromEntries(names.map((name) => [name, operation]));
}

/** A table in the framework's form: operation -> its checks. */
export function authorised(
  prefix: string,
  table: StoredTable,
): Readonly<Record<string, Operation["checks"]>> {
  return Object.fromEntries(
    Object.entries(table).map(([name, row]) => [name, (call: Call) => checksOf(prefix, name, row, call)]),
  );
}

/** ARN of a resource of the caller's account in the call's Region. */
export function ownArn({ caller, region }: Call, service: string, resource: string): string {
  return formatArn({ partition: partitionOf(region), service, region, account: caller.account, resource });
}

/** A string of the input; empty when it is absent. */
export function given(input: JsonObject, name: string): string {
  const value = input[name];
  return typeof value === "string" ? value : "";
}

function checksOf(prefix: string, name: string, row: StoredOperation, call: Call): readonly AccessCheck[] {
  const tags = requestTags(call.input);
  const context = { ...tags, ...row.context?.(call) };
  const isTagged = row.tagging !== undefined && "aws:TagKeys" in tags;
  const actions = [row.action ?? name, ...(isTagged ? [row.tagging] : [])];
  const asked = actions.flatMap((action) =>
    row.on(call).map((resource) => ({
      action: `${prefix}:${action}`,
      resource,
      resourceAccount: parseArn(resource)?.account || call.caller.account,
      context,
    })),
  );
  return [...asked, ...passRoleChecks(row, call)];
}

function passRoleChecks({ passesRole }: StoredOperation, { input }: Call): readonly AccessCheck[] {
  const role = passesRole === undefined ? "" : given(input, passesRole.member);
  if (role === "") return [];
  return [
    { action: "iam:PassRole", resource: role, context: { "iam:PassedToService": passesRole?.to ?? "" } },
  ];
}

/** Tags in the services' forms, a map or a list of pairs; for a removal only the keys. */
function requestTags(input: JsonObject): Readonly<Record<string, ContextValue>> {
  const set = [input["Tags"], input["tags"], input["Tag"]].flatMap(pairs);
  const removed = [input["TagKeys"], input["tagKeys"]].flatMap((keys) =>
    Array.isArray(keys) ? keys.map(String) : [],
  );
  const keys = [...set.map(([key]) => key), ...removed];
  if (keys.length === 0) return {};
  return {
    ...Object.fromEntries(set.map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    "aws:TagKeys": keys,
  };
}

function pairs(tags: Json): readonly (readonly [key: string, value: string])[] {
  if (Array.isArray(tags)) {
    return (tags as readonly JsonObject[]).map(({ Key = "", Value = "" }) => [String(Key), String(Value)]);
  }
  if (typeof tags !== "object" || tags === null) return [];
  return Object.entries(tags).map(([key, value]) => [key, String(value)]);
}
