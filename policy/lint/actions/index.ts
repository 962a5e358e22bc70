/** Names of actions as data, and functions that look them up. */
import { EC2_ACTIONS } from "./ec2";
import { KMS_ACTIONS } from "./kms";
import { S3_ACTIONS } from "./s3";
import { STS_ACTIONS } from "./sts";
import { matches } from "../matches";

interface KnownService {
  readonly actions: readonly string[];
  /** Whether a name that is missing from the list certainly does not exist. */
  readonly complete: boolean;
}

const SERVICES: ReadonlyMap<string, KnownService> = new Map([
  ["kms", { actions: KMS_ACTIONS, complete: true }],
  ["sts", { actions: STS_ACTIONS, complete: true }],
  ["s3", { actions: S3_ACTIONS, complete: false }],
  ["ec2", { actions: EC2_ACTIONS, complete: false }],
]);

export function knownService(name: string): KnownService | undefined {
  return SERVICES.get(name.toLowerCase());
}

/** `kms:Decrypt` -> service `kms`, name `Decrypt`; a name without a colon has no service. */
export function splitAction(action: string): { readonly service: string; readonly name: string } {
  const colon = action.indexOf(":");
  return { service: action.slice(0, Math.max(colon, 0)).toLowerCase(), name: action.slice(colon + 1) };
}

/** Whether a pattern in a policy covers an action; the comparison ignores case. */
export function coversAction(pattern: string, action: string): boolean {
  return matches(pattern.toLowerCase(), action.toLowerCase());
}
