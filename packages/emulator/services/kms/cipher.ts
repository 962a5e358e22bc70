import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { canonicalJson } from "@keyferry/common";
import { AwsError } from "../../contract";
import { currentMaterial, materialBytes } from "./materials";
import type { Key, KmsState } from "./state";

const FORMAT = 2;
const ID_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

export type EncryptionContext = Readonly<Record<string, string>>;

/** What a ciphertext reveals before it is decrypted. */
export interface Sealed {
  /** ARN of the encrypting key; replicas of a multi-Region key can also decrypt. */
  readonly keyArn: string;
  readonly materialId: string;
  readonly iv: Buffer;
  readonly tag: Buffer;
  readonly data: Buffer;
}

/**
 * AES-256-GCM under the key's current material; the key's id and the encryption context are authenticated with it.
 * Layout: format, length of the ARN (2 bytes), ARN, id of the material, IV, tag, data.
 */
export function seal(
  state: KmsState,
  key: Key,
  plaintext: Buffer,
  context: EncryptionContext,
): { readonly blob: Buffer; readonly materialId: string } {
  const materialId = currentMaterial(state, key)?.id ?? "";
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv("aes-256-gcm", bytesOf(state, key, materialId), iv).setAAD(
    additionalData(key, context),
  );
  const data = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  const arn = Buffer.from(key.arn, "utf8");
  const header = [Buffer.from([FORMAT]), uint16(arn.length), arn, Buffer.from(materialId, "hex")];
  return { blob: Buffer.concat([...header, iv, cipher.getAuthTag(), data]), materialId };
}

/** @throws AwsError InvalidCiphertextException for anything that `seal` did not create */
export function readSealed(blob: Buffer): Sealed {
  if (blob.length < 3 || blob[0] !== FORMAT) throw invalidCiphertext();
  const arnEnd = 3 + blob.readUInt16BE(1);
  const ivStart = arnEnd + ID_BYTES;
  const tagStart = ivStart + IV_BYTES;
  const dataStart = tagStart + TAG_BYTES;
  if (blob.length < dataStart) throw invalidCiphertext();
  return {
    keyArn: blob.subarray(3, arnEnd).toString("utf8"),
    materialId: blob.subarray(arnEnd, ivStart).toString("hex"),
    iv: blob.subarray(ivStart, tagStart),
    tag: blob.subarray(tagStart, dataStart),
    data: blob.subarray(dataStart),
  };
}

/** @throws AwsError InvalidCiphertextException when data or encryption context differ from those that were sealed */
export function unseal(state: KmsState, key: Key, sealed: Sealed, context: EncryptionContext): Buffer {
  const bytes = bytesOf(state, key, sealed.materialId);
  try {
    const decipher = createDecipheriv("aes-256-gcm", bytes, sealed.iv)
      .setAAD(additionalData(key, context))
      .setAuthTag(sealed.tag);
    return Buffer.concat([decipher.update(sealed.data), decipher.final()]);
  } catch {
    throw invalidCiphertext();
  }
}

function bytesOf(state: KmsState, key: Key, materialId: string): Buffer {
  const bytes = materialBytes(state, key, materialId);
  if (bytes === undefined) throw invalidCiphertext();
  return bytes;
}

function additionalData({ account, keyId }: Key, context: EncryptionContext): Buffer {
  return Buffer.from(canonicalJson([account, keyId, context]), "utf8");
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function invalidCiphertext(): AwsError {
  return new AwsError("InvalidCiphertextException", "");
}
