import {
  constants,
  createHash,
  createPublicKey,
  privateEncrypt,
  publicDecrypt,
  randomBytes,
  type KeyObject,
} from "node:crypto";

/** RSA signatures of digests that others computed: Node.js only signs whole messages. Source: RFC 8017. */

/** DER before a digest in a PKCS #1 v1.5 signature. */
const DIGEST_INFO: Readonly<Record<string, string>> = {
  sha256: "3031300d060960864801650304020105000420",
  sha384: "3041300d060960864801650304020205000430",
  sha512: "3051300d060960864801650304020305000440",
};
const TRAILER = 0xbc;
const PADDING_1 = Buffer.alloc(8);

export function signPkcs1(key: KeyObject, hash: string, digest: Buffer): Buffer {
  return privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, digestInfo(hash, digest));
}

export function isPkcs1(key: KeyObject, hash: string, digest: Buffer, signature: Buffer): boolean {
  const opened = open(key, constants.RSA_PKCS1_PADDING, signature);
  return opened?.equals(digestInfo(hash, digest)) === true;
}

/** EMSA-PSS with a salt as long as the digest. */
export function signPss(key: KeyObject, hash: string, digest: Buffer): Buffer {
  const salt = randomBytes(digest.length);
  const seed = seedOf(hash, digest, salt);
  const data = Buffer.alloc(modulusBytes(key) - seed.length - 1);
  data.writeUInt8(1, data.length - salt.length - 1);
  salt.copy(data, data.length - salt.length);
  const encoded = Buffer.concat([masked(hash, seed, data), seed, Buffer.from([TRAILER])]);
  return privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, encoded);
}

export function isPss(key: KeyObject, hash: string, digest: Buffer, signature: Buffer): boolean {
  const encoded = open(key, constants.RSA_NO_PADDING, signature);
  if (encoded?.at(-1) !== TRAILER) return false;
  const seed = encoded.subarray(encoded.length - digest.length - 1, -1);
  const data = masked(hash, seed, encoded.subarray(0, encoded.length - digest.length - 1));
  const salt = data.subarray(data.length - digest.length);
  const before = data.subarray(0, data.length - salt.length);
  const expected = Buffer.alloc(before.length);
  expected.writeUInt8(1, expected.length - 1);
  return before.equals(expected) && seedOf(hash, digest, salt).equals(seed);
}

function digestInfo(hash: string, digest: Buffer): Buffer {
  return Buffer.concat([Buffer.from(DIGEST_INFO[hash] ?? "", "hex"), digest]);
}

function seedOf(hash: string, digest: Buffer, salt: Buffer): Buffer {
  return createHash(hash).update(PADDING_1).update(digest).update(salt).digest();
}

/** XOR with MGF1; the first bit is not part of it, because a modulus is longer than what it signs. */
function masked(hash: string, seed: Buffer, data: Buffer): Buffer {
  const blocks: Buffer[] = [];
  for (let count = 0; blocks.length * seed.length < data.length; count++) {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(count);
    blocks.push(createHash(hash).update(seed).update(counter).digest());
  }
  const mask = Buffer.concat(blocks);
  const result = Buffer.from(data.map((byte, index) => byte ^ (mask[index] ?? 0)));
  result.writeUInt8(result.readUInt8(0) & 0x7f, 0);
  return result;
}

function open(key: KeyObject, padding: number, signature: Buffer): Buffer | undefined {
  try {
    return publicDecrypt({ key: createPublicKey(key), padding }, signature);
  } catch {
    return undefined;
  }
}

function modulusBytes(key: KeyObject): number {
  return (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8;
}
