/** Both forms in which ModifyImageAttribute and ModifySnapshotAttribute name the recipients to add and to remove. */
import type { JsonObject } from "../../contract";
import { AwsError } from "../../contract";
import { object, objects, text, texts } from "./input";

/** The recipient of a share: an account, everyone, an organisation or one of its units. */
export type RecipientKind = "UserId" | "Group" | "OrganizationArn" | "OrganizationalUnitArn";

export interface Recipient {
  readonly kind: RecipientKind;
  readonly value: string;
}

export interface ShareChange {
  readonly add: readonly Recipient[];
  readonly remove: readonly Recipient[];
}

/** Member of a structure -> the equivalent list next to OperationType. */
const LISTS: Readonly<Record<RecipientKind, string>> = {
  UserId: "UserId",
  Group: "UserGroup",
  OrganizationArn: "OrganizationArn",
  OrganizationalUnitArn: "OrganizationalUnitArn",
};
const KINDS = Object.keys(LISTS) as readonly RecipientKind[];

/** Parameters that name recipients next to OperationType. */
export const RECIPIENT_LISTS = Object.values(LISTS);

/**
 * From `<member>.Add.N` / `.Remove.N`, or from OperationType with lists. Lists without an OperationType are ignored
 * when there is a structure: Packer sends both.
 * @throws InvalidParameterValue when there are lists, and neither a structure nor an OperationType
 */
export function readShareChange(input: JsonObject, member: string): ShareChange {
  const structured = object(input, member);
  const operation = text(input, "OperationType");
  const listed = KINDS.flatMap((kind) => texts(input, LISTS[kind]).map((value) => ({ kind, value })));
  const add = recipients(structured, "Add");
  const remove = recipients(structured, "Remove");
  const isInStructure = operation === undefined && add.length + remove.length > 0;
  if (listed.length > 0 && operation !== "add" && operation !== "remove" && !isInStructure) {
    throw new AwsError("InvalidParameterValue", `Invalid value '${operation ?? ""}' for OperationType`);
  }
  return {
    add: [...add, ...(operation === "add" ? listed : [])],
    remove: [...remove, ...(operation === "remove" ? listed : [])],
  };
}

/**
 * The recipients that a change of a snapshot adds and removes, as condition keys: `ec2:Add/userId`, `ec2:Remove/group`.
 * Source: Service authorization reference, Amazon EC2, condition keys of ModifySnapshotAttribute; ModifyImageAttribute
 * has none of them.
 */
export function recipientContext({ add, remove }: ShareChange): Readonly<Record<string, readonly string[]>> {
  const keys = (["userId", "group"] as const).flatMap((name) => {
    const kind: RecipientKind = name === "userId" ? "UserId" : "Group";
    const of = (all: readonly Recipient[]) =>
      all.filter((one) => one.kind === kind).map(({ value }) => value);
    return [
      { key: `ec2:Add/${name}`, values: of(add) },
      { key: `ec2:Remove/${name}`, values: of(remove) },
    ];
  });
  return Object.fromEntries(
    keys.filter(({ values }) => values.length > 0).map(({ key, values }) => [key, values]),
  );
}

function recipients(structured: JsonObject, member: "Add" | "Remove"): readonly Recipient[] {
  return objects(structured, member).flatMap((entry) =>
    KINDS.flatMap((kind) => {
      const value = text(entry, kind);
      return value === undefined ? [] : [{ kind, value }];
    }),
  );
}

const ORGANIZATION = /^arn:aws[a-z-]*:organizations::\d{12}:organization\/o-[a-z0-9]{10,32}$/;
const UNIT = /^arn:aws[a-z-]*:organizations::\d{12}:ou\/o-[a-z0-9]{10,32}\/ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}$/;

const VALID: Readonly<Record<RecipientKind, (value: string) => boolean>> = {
  UserId: (value) => /^\d{12}$/.test(value),
  Group: (value) => value === "all",
  OrganizationArn: (value) => ORGANIZATION.test(value),
  OrganizationalUnitArn: (value) => UNIT.test(value),
};

/** The first recipient whose id is not valid for its kind. */
export function malformed(change: ShareChange): Recipient | undefined {
  return [...change.add, ...change.remove].find(({ kind, value }) => !VALID[kind](value));
}

/** Whether everyone is added or removed; undefined when the change does not mention it. */
export function changeOfAll(change: ShareChange): boolean | undefined {
  if (change.remove.some(({ kind }) => kind === "Group")) return false;
  return change.add.some(({ kind }) => kind === "Group") ? true : undefined;
}

/** The list of the given kinds after the change: no duplicates, in the order of addition. */
export function applyShareChange(
  current: readonly string[],
  change: ShareChange,
  kinds: readonly RecipientKind[],
): readonly string[] {
  const values = (list: readonly Recipient[]): readonly string[] =>
    list.filter(({ kind }) => kinds.includes(kind)).map(({ value }) => value);
  const removed = new Set(values(change.remove));
  return [...new Set([...current, ...values(change.add)])].filter((value) => !removed.has(value));
}
