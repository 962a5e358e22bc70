import { AwsError } from "../../contract";
import type { Key, KeyState } from "./state";

/** The key state that an operation requires. */
export type Requirement =
  /** Any state. */
  | "any"
  /** Not pending deletion: operations that describe or tag the key. */
  | "kept"
  /** Enabling and disabling. */
  | "switchable"
  /** Cryptography and grants. */
  | "usable"
  /** Automatic rotation and replication. */
  | "managed"
  /** Import of material. */
  | "importable";

type Refusal = readonly [code: "DisabledException" | "KMSInvalidStateException", what: string];

const LEAVING: Partial<Record<KeyState, Refusal>> = {
  PendingDeletion: ["KMSInvalidStateException", "is pending deletion."],
  PendingReplicaDeletion: ["KMSInvalidStateException", "is pending replica deletion."],
};
const ARRIVING: Partial<Record<KeyState, Refusal>> = {
  Creating: ["KMSInvalidStateException", "is creating."],
};
const CHANGING: Partial<Record<KeyState, Refusal>> = {
  ...ARRIVING,
  Updating: ["KMSInvalidStateException", "is updating."],
};
const EMPTY: Partial<Record<KeyState, Refusal>> = {
  PendingImport: ["KMSInvalidStateException", "is pending import."],
};
const DISABLED: Partial<Record<KeyState, Refusal>> = { Disabled: ["DisabledException", "is disabled."] };

/** Source: KMS developer guide, "Key states of AWS KMS keys", the table of operations and states. */
const REFUSALS: Readonly<Record<Requirement, Partial<Record<KeyState, Refusal>>>> = {
  any: {},
  kept: { ...LEAVING, ...ARRIVING },
  switchable: { ...LEAVING, ...CHANGING, ...EMPTY },
  usable: { ...LEAVING, ...ARRIVING, ...EMPTY, ...DISABLED },
  managed: { ...LEAVING, ...CHANGING, ...EMPTY, ...DISABLED },
  importable: { ...LEAVING, ...CHANGING },
};

/** @throws AwsError with KMS's text for a key in this state */
export function requireState(key: Key, requirement: Requirement): void {
  const refusal = REFUSALS[requirement][key.state];
  if (refusal !== undefined) throw new AwsError(refusal[0], `${key.arn} ${refusal[1]}`);
}

/** @throws AwsError UnsupportedOperationException when the key's origin is another one */
export function requireOrigin(key: Key, origin: Key["origin"]): void {
  if (key.origin === origin) return;
  throw new AwsError(
    "UnsupportedOperationException",
    `${key.arn} origin is ${key.origin} which is not valid for this operation.`,
  );
}
