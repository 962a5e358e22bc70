import { keyArn, parseArn } from "../../../core/arn";
import { AwsError, type Call, type Cloud } from "../../contract";
import { readSealed, type Sealed } from "./cipher";
import { invalid } from "./errors";
import { required, strings, text } from "./input";
import { keyOf } from "./on-key";
import type { Key, KmsState } from "./state";

export interface Opened {
  readonly key: Key;
  /** undefined in a dry run that looks at permissions alone. */
  readonly blob?: Sealed;
}

/**
 * The key that opens a call's ciphertext in this Region: the one that it names, or its related multi-Region key. A key
 * that the caller names as well must be the same one. A dry run may leave the ciphertext out.
 */
export function openedBy(state: KmsState, call: Call, cloud: Cloud, parameter: string): Opened {
  if ((strings(call, "DryRunModifiers") ?? []).includes("IGNORE_CIPHERTEXT")) {
    if (call.input["DryRun"] !== true) throw invalid("DryRunModifiers can be given only with DryRun");
    return { key: keyOf(state, call, cloud, parameter) };
  }
  const blob = readSealed(Buffer.from(required(call, "CiphertextBlob"), "base64"));
  const key = keyHere(state, blob, call.region);
  if (key === undefined) throw unreachable(call);
  if (text(call, parameter) !== undefined && keyOf(state, call, cloud, parameter) !== key) {
    throw new AwsError(
      "IncorrectKeyException",
      "The key ID in the request does not identify a CMK that can perform this operation.",
    );
  }
  return { key, blob };
}

function keyHere(state: KmsState, { keyArn: arn }: Sealed, region: string): Key | undefined {
  const named = parseArn(arn);
  if (named === undefined) return undefined;
  if (named.region === region) return state.key(arn);
  const keyId = named.resource.replace(/^key\//, "");
  return keyId.startsWith("mrk-") ? state.key(keyArn(region, named.account, keyId)) : undefined;
}

/** KMS does not tell a key that is not there from one that the caller may not use. */
function unreachable({ caller, operation }: Call): AwsError {
  const action = operation === "ReEncrypt" ? "kms:ReEncryptFrom" : `kms:${operation}`;
  return new AwsError(
    "AccessDeniedException",
    `User: ${caller.arn} is not authorized to perform: ${action} on the resource associated with this ciphertext because ` +
      "the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy " +
      "explicitly denies access",
  );
}
