import { AwsError } from "../../contract";
import type { Key } from "./state";

export function notFound(message: string): AwsError {
  return new AwsError("NotFoundException", message);
}

export function keyNotFound(arn: string): AwsError {
  return notFound(`Key '${arn}' does not exist`);
}

export function aliasNotFound(arn: string): AwsError {
  return notFound(`Alias ${arn} is not found.`);
}

export function invalid(message: string): AwsError {
  return new AwsError("ValidationException", message);
}

export function malformedPolicy(message: string): AwsError {
  return new AwsError("MalformedPolicyDocumentException", message);
}

export function notModelled(what: string): AwsError {
  return new AwsError("UnsupportedOperationException", `The rehearsal cloud does not model ${what} in KMS.`);
}

/** What an operation asks of the key's state. Source: KMS developer guide, "Key states of AWS KMS keys". */
export type Requirement = "any" | "not-deleting" | "enabled";

/** @throws AwsError in the words that KMS has for a key in this state */
export function requireState(key: Key, requirement: Requirement): void {
  if (requirement === "any" || key.state === "Enabled") return;
  if (key.state === "PendingDeletion")
    throw new AwsError("KMSInvalidStateException", `${key.arn} is pending deletion.`);
  if (requirement === "enabled") throw new AwsError("DisabledException", `${key.arn} is disabled.`);
}
