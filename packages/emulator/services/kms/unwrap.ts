import {
  constants,
  createDecipheriv,
  generateKeyPair,
  privateDecrypt,
  type RsaPrivateKey,
} from "node:crypto";
import { promisify } from "node:util";
import { AwsError } from "../../contract";

interface Wrapping {
  readonly hash: "sha1" | "sha256";
  /** The material is wrapped with an AES key, and only that key is encrypted with RSA. */
  readonly aes: boolean;
}

/** Source: KMS API reference, "GetParametersForImport". */
const ALGORITHMS: Readonly<Record<string, Wrapping>> = {
  RSAES_OAEP_SHA_1: { hash: "sha1", aes: false },
  RSAES_OAEP_SHA_256: { hash: "sha256", aes: false },
  RSA_AES_KEY_WRAP_SHA_1: { hash: "sha1", aes: true },
  RSA_AES_KEY_WRAP_SHA_256: { hash: "sha256", aes: true },
};
const MODULUS_BITS: Readonly<Record<string, number>> = { RSA_2048: 2048, RSA_3072: 3072, RSA_4096: 4096 };

/** RFC 5649, the initial value of AES key wrap with padding. */
const KEY_WRAP_IV = Buffer.from("A65959A6", "hex");

export const WRAPPING_ALGORITHMS = Object.keys(ALGORITHMS);
export const WRAPPING_KEY_SPECS = Object.keys(MODULUS_BITS);

const generate = promisify(generateKeyPair);

/** A wrapping key of the requested kind: the public key as DER, the private one as PEM. */
export async function newWrappingKey(spec: string): Promise<{ publicKey: Buffer; privateKey: string }> {
  const pair = await generate("rsa", {
    modulusLength: MODULUS_BITS[spec] ?? 2048,
    publicKeyEncoding: { type: "spki", format: "der" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  return { publicKey: pair.publicKey, privateKey: pair.privateKey };
}

/** @throws AwsError InvalidCiphertextException when it was not wrapped with the public key and algorithm */
export function unwrap(wrapped: Buffer, privateKey: string, algorithm: string): Buffer {
  const { hash, aes } = ALGORITHMS[algorithm] ?? { hash: "sha256", aes: false };
  const rsa: RsaPrivateKey = { key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: hash };
  try {
    if (!aes) return privateDecrypt(rsa, wrapped);
    const blocks = [256, 384, 512];
    for (const bytes of blocks) {
      const unwrapped = unwrapByAes(wrapped, bytes, rsa);
      if (unwrapped !== undefined) return unwrapped;
    }
  } catch {
    // Reported below, with KMS's own text.
  }
  throw new AwsError(
    "InvalidCiphertextException",
    "The encrypted key material could not be decrypted under the wrapping key of the import token.",
  );
}

/** The RSA part is as long as the modulus; only the right length decrypts. */
function unwrapByAes(wrapped: Buffer, rsaBytes: number, rsa: RsaPrivateKey): Buffer | undefined {
  if (wrapped.length <= rsaBytes) return undefined;
  try {
    const key = privateDecrypt(rsa, wrapped.subarray(0, rsaBytes));
    const decipher = createDecipheriv("id-aes256-wrap-pad", key, KEY_WRAP_IV);
    return Buffer.concat([decipher.update(wrapped.subarray(rsaBytes)), decipher.final()]);
  } catch {
    return undefined;
  }
}
