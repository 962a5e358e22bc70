import { keyArn, parseArn } from "@keyferry/common";
import { AwsError, type Call, type Cloud } from "../../contract";
import { readSealed, unseal, type EncryptionContext, type Sealed } from "./cipher";
import { invalid } from "./errors";
import { required, strings, text } from "./input";
import { decryptRsa } from "./key-pairs";
import { requireAlgorithm, requireUsage } from "./key-usage";
import { currentMaterial } from "./materials";
import { keyOf } from "./on-key";
import type { Key, KmsState } from "./state";

export interface Opened {
  readonly key: Key;
  /** undefined for an asymmetric key, and in a dry run that checks only permissions. */
  readonly materialId?: string;
  /** @throws AwsError InvalidKeyUsageException, InvalidCiphertextException */
  open(context: EncryptionContext): Buffer;
}

/** How a ciphertext is opened: the parameters that name its key and its algorithm. */
export interface Opening {
  readonly parameter: "KeyId" | "SourceKeyId";
  readonly algorithm: string;
  /** Its name in grants. */
  readonly operation: "Decrypt" | "ReEncryptFrom";
}

/**
 * The key that opens a call's ciphertext in this Region: the one that the ciphertext names, or its related multi-Region
 * key. A key that the caller also names must be the same one. The ciphertext of an asymmetric key names no key, so the
 * caller must name it. A dry run may leave the ciphertext out.
 */
export function openedBy(state: KmsState, call: Call, cloud: Cloud, opening: Opening): Opened {
  const { parameter, algorithm, operation } = opening;
  if ((strings(call, "DryRunModifiers") ?? []).includes("IGNORE_CIPHERTEXT")) {
    if (call.input["DryRun"] !== true) throw invalid("DryRunModifiers can be given only with DryRun");
    const key = keyOf(state, call, cloud, parameter);
    return { key, open: () => Buffer.of() };
  }
  if (algorithm !== SYMMETRIC) {
    const asymmetric = keyOf(state, call, cloud, parameter);
    return {
      key: asymmetric,
      open(context) {
        requireUsage(asymmetric, operation);
        requireAlgorithm(asymmetric, algorithm);
        refuseContext(context);
        const secret = currentMaterial(state, asymmetric)?.bytes ?? Buffer.of();
        return decryptRsa(secret, algorithm, Buffer.from(required(call, "CiphertextBlob"), "base64"));
      },
    };
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
  return { key, materialId: blob.materialId, open: (context) => unseal(state, key, blob, context) };
}

export const SYMMETRIC = "SYMMETRIC_DEFAULT";

/** @throws AwsError ValidationException: only symmetric ciphertexts have an encryption context */
export function refuseContext(context: EncryptionContext): void {
  if (Object.keys(context).length === 0) return;
  throw invalid("An encryption context cannot be given with an asymmetric key");
}

function keyHere(state: KmsState, { keyArn: arn }: Sealed, region: string): Key | undefined {
  const named = parseArn(arn);
  if (named === undefined) return undefined;
  if (named.region === region) return state.key(arn);
  const keyId = named.resource.replace(/^key\//, "");
  return keyId.startsWith("mrk-") ? state.key(keyArn(region, named.account, keyId)) : undefined;
}

/** KMS's error is the same for a key that does not exist and for one that the caller may not use. */
function unreachable({ caller, operation }: Call): AwsError {
  const action = operation === "ReEncrypt" ? "kms:ReEncryptFrom" : `kms:${operation}`;
  return new AwsError(
    "AccessDeniedException",
    `User: ${caller.arn} is not authorized to perform: ${action} on the resource associated with this ciphertext because ` +
      "the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy " +
      "explicitly denies access",
  );
}
