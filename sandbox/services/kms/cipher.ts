import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { canonicalJson } from "../../../core/hash";
import { AwsError } from "../../contract";
import type { Key } from "./state";

const FORMAT = 1;
const IV_BYTES = 12;
const TAG_BYTES = 16;

export type EncryptionContext = Readonly<Record<string, string>>;

/** What a ciphertext says before it is decrypted. */
export interface Sealed {
  readonly keyArn: string;
  readonly material: number;
  readonly iv: Buffer;
  readonly tag: Buffer;
  readonly data: Buffer;
}

/**
 * AES-256-GCM under the key's newest material, the encryption context as additional data. Layout: format, length of the
 * ARN (2 bytes), ARN, number of the material (2 bytes), IV, tag, data.
 */
export function seal(key: Key, plaintext: Buffer, context: EncryptionContext): Buffer {
  const material = key.materials.length - 1;
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv("aes-256-gcm", materialOf(key, material), iv).setAAD(additionalData(context));
  const data = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  const arn = Buffer.from(key.arn, "utf8");
  return Buffer.concat([
    Buffer.from([FORMAT]),
    uint16(arn.length),
    arn,
    uint16(material),
    iv,
    cipher.getAuthTag(),
    data,
  ]);
}

/** @throws AwsError InvalidCiphertextException for anything that `seal` has not made */
export function readSealed(blob: Buffer): Sealed {
  if (blob.length < 3 || blob[0] !== FORMAT) throw invalidCiphertext();
  const arnEnd = 3 + blob.readUInt16BE(1);
  const ivStart = arnEnd + 2;
  const tagStart = ivStart + IV_BYTES;
  const dataStart = tagStart + TAG_BYTES;
  if (blob.length < dataStart) throw invalidCiphertext();
  return {
    keyArn: blob.subarray(3, arnEnd).toString("utf8"),
    material: blob.readUInt16BE(arnEnd),
    iv: blob.subarray(ivStart, tagStart),
    tag: blob.subarray(tagStart, dataStart),
    data: blob.subarray(dataStart),
  };
}

/** @throws AwsError InvalidCiphertextException when data or encryption context are not those that were sealed */
export function unseal(key: Key, sealed: Sealed, context: EncryptionContext): Buffer {
  try {
    const decipher = createDecipheriv("aes-256-gcm", materialOf(key, sealed.material), sealed.iv)
      .setAAD(additionalData(context))
      .setAuthTag(sealed.tag);
    return Buffer.concat([decipher.update(sealed.data), decipher.final()]);
  } catch {
    throw invalidCiphertext();
  }
}

function materialOf(key: Key, index: number): Buffer {
  const material = key.materials[index];
  if (material === undefined) throw invalidCiphertext();
  return material;
}

function additionalData(context: EncryptionContext): Buffer {
  return Buffer.from(canonicalJson(context), "utf8");
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function invalidCiphertext(): AwsError {
  return new AwsError("InvalidCiphertextException", "");
}
