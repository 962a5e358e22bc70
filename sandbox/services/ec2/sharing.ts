/** Both forms in which ModifyImageAttribute and ModifySnapshotAttribute name the accounts to add and to remove. */
import type { JsonObject } from "../../contract";
import { AwsError } from "../../contract";
import { object, objects, text, texts } from "./input";

export interface ShareChange {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/**
 * Accounts from `<member>.Add.N.UserId` / `.Remove.N.UserId`, or from OperationType with UserId.
 * @throws UnsupportedOperation for groups, organisations and organisational units
 */
export function readShareChange(input: JsonObject, member: string): ShareChange {
  const structured = object(input, member);
  const operation = text(input, "OperationType");
  const listed = texts(input, "UserId");
  refuseOthers(texts(input, "UserGroup").length > 0);
  if (listed.length > 0 && operation !== "add" && operation !== "remove") {
    throw new AwsError("InvalidParameterValue", `Invalid value '${operation ?? ""}' for OperationType`);
  }
  return {
    add: [...users(structured, "Add"), ...(operation === "add" ? listed : [])],
    remove: [...users(structured, "Remove"), ...(operation === "remove" ? listed : [])],
  };
}

function users(structured: JsonObject, member: "Add" | "Remove"): readonly string[] {
  return objects(structured, member).flatMap((entry) => {
    const user = text(entry, "UserId");
    refuseOthers(user === undefined);
    return user === undefined ? [] : [user];
  });
}

function refuseOthers(found: boolean): void {
  if (!found) return;
  throw new AwsError("UnsupportedOperation", "The rehearsal cloud shares with accounts only.");
}

export function isAccountId(text: string): boolean {
  return /^\d{12}$/.test(text);
}

/** The list after the change: no account twice, in the order of arrival. */
export function applyShareChange(current: readonly string[], change: ShareChange): readonly string[] {
  return [...new Set([...current, ...change.add])].filter((account) => !change.remove.includes(account));
}
