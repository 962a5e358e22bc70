import {
  constants,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPair,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
  sign,
  timingSafeEqual,
  verify,
  type KeyObject,
} from "node:crypto";
import { promisify } from "node:util";
import { AwsError } from "../../contract";
import { invalid } from "./errors";
import { isEcdsa, signEcdsa } from "./ecdsa-digests";
import { KEY_SPECS } from "./key-specs";
import { isPkcs1, isPss, signPkcs1, signPss } from "./rsa-digests";
import type { Material } from "./state";

const generate = promisify(generateKeyPair);
const DER = { type: "pkcs8", format: "der" } as const;

/** New material for a key of the spec: a secret, or the private key of a pair as PKCS #8. */
export async function generateMaterial(spec: string): Promise<Material> {
  return { id: randomBytes(32).toString("hex"), state: "CURRENT", bytes: await secretFor(spec) };
}

async function secretFor(spec: string): Promise<Buffer> {
  const { kind, size } = KEY_SPECS[spec] ?? { kind: "symmetric", size: 32 };
  if (typeof size === "string") {
    return (await generate("ec", { namedCurve: size })).privateKey.export(DER);
  }
  if (kind !== "rsa") return randomBytes(size);
  return (await generate("rsa", { modulusLength: size })).privateKey.export(DER);
}

/** The public key as DER, SubjectPublicKeyInfo. */
export function publicKey(secret: Buffer): Buffer {
  return createPublicKey(privateKey(secret)).export({ type: "spki", format: "der" });
}

/** @throws AwsError ValidationException when the text is longer than the modulus allows */
export function encryptRsa(secret: Buffer, algorithm: string, plaintext: Buffer): Buffer {
  try {
    return publicEncrypt({ ...oaep(algorithm), key: createPublicKey(privateKey(secret)) }, plaintext);
  } catch {
    throw invalid(`Plaintext of ${plaintext.length} bytes is too long for ${algorithm} under this key`);
  }
}

/** @throws AwsError InvalidCiphertextException */
export function decryptRsa(secret: Buffer, algorithm: string, ciphertext: Buffer): Buffer {
  try {
    return privateDecrypt({ ...oaep(algorithm), key: privateKey(secret) }, ciphertext);
  } catch {
    throw new AwsError("InvalidCiphertextException", "");
  }
}

/** Signs a message; ECDSA signatures are DER, as in KMS. */
export function signMessage(secret: Buffer, algorithm: string, message: Buffer): Buffer {
  return sign(hashOf(algorithm), message, { key: privateKey(secret), ...padding(algorithm) });
}

export function isSignature(secret: Buffer, algorithm: string, message: Buffer, signature: Buffer): boolean {
  const key = createPublicKey(privateKey(secret));
  return verify(hashOf(algorithm), message, { key, ...padding(algorithm) }, signature);
}

/** Signs a digest of the algorithm's own length. */
export function signDigest(secret: Buffer, algorithm: string, digest: Buffer): Buffer {
  const key = privateKey(secret);
  if (algorithm.startsWith("ECDSA")) return signEcdsa(key, digest);
  const signer = algorithm.startsWith("RSASSA_PSS") ? signPss : signPkcs1;
  return signer(key, hashOf(algorithm), digest);
}

export function isDigestSignature(
  secret: Buffer,
  algorithm: string,
  digest: Buffer,
  signature: Buffer,
): boolean {
  const key = privateKey(secret);
  if (algorithm.startsWith("ECDSA")) return isEcdsa(key, digest, signature);
  const verifier = algorithm.startsWith("RSASSA_PSS") ? isPss : isPkcs1;
  return verifier(key, hashOf(algorithm), digest, signature);
}

export function macOf(secret: Buffer, algorithm: string, message: Buffer): Buffer {
  return createHmac(hashOf(algorithm), secret).update(message).digest();
}

export function isMac(secret: Buffer, algorithm: string, message: Buffer, mac: Buffer): boolean {
  const right = macOf(secret, algorithm, message);
  return mac.length === right.length && timingSafeEqual(mac, right);
}

/** ECDH with a peer's public key, as DER. @throws AwsError ValidationException for a key of another curve or kind */
export function sharedSecret(secret: Buffer, peer: Buffer): Buffer {
  try {
    const theirs = createPublicKey({ key: peer, format: "der", type: "spki" });
    return diffieHellman({ privateKey: privateKey(secret), publicKey: theirs });
  } catch {
    throw invalid("PublicKey is not the DER of a public key on the curve of the KMS key");
  }
}

function privateKey(secret: Buffer): KeyObject {
  return createPrivateKey({ key: secret, ...DER });
}

/** Bytes of a digest that the algorithm signs. */
export function digestBytes(algorithm: string): number {
  return Number(algorithm.slice(algorithm.lastIndexOf("_") + 1)) / 8;
}

/** `RSASSA_PSS_SHA_256`, `ECDSA_SHA_256`, `HMAC_SHA_256`, `RSAES_OAEP_SHA_1` -> `sha256`, `sha1` */
function hashOf(algorithm: string): string {
  return `sha${algorithm.slice(algorithm.lastIndexOf("_") + 1)}`;
}

function oaep(algorithm: string): { readonly padding: number; readonly oaepHash: string } {
  return { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: hashOf(algorithm) };
}

function padding(algorithm: string): { readonly padding?: number; readonly saltLength?: number } {
  if (algorithm.startsWith("RSASSA_PSS"))
    return { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
  return algorithm.startsWith("RSASSA_PKCS1") ? { padding: constants.RSA_PKCS1_PADDING } : {};
}
