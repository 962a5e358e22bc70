import { createECDH, generateKeyPairSync, type KeyObject } from "node:crypto";

/**
 * ECDSA signatures of digests that others computed: Node.js only signs whole messages. Multiples of the base point come
 * from key generation and ECDH; the rest is arithmetic modulo the curve's order. Source: FIPS 186-5, SEC 2.
 */

/** Orders of the curves, hexadecimal, by OpenSSL's names. */
const ORDERS: Readonly<Record<string, string>> = {
  prime256v1: "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
  secp256k1: "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141",
  secp384r1: `${"f".repeat(48)}c7634d81f4372ddf581a0db248b0a77aecec196accc52973`,
  secp521r1: `1${"f".repeat(65)}a51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409`,
};

/** The signature as DER. */
export function signEcdsa(key: KeyObject, digest: Buffer): Buffer {
  const curve = curveOf(key);
  const order = orderOf(curve);
  const once = generateKeyPairSync("ec", { namedCurve: curve }).privateKey.export({ format: "jwk" });
  const r = bigIntOf(fromBase64Url(once.x)) % order;
  const secret = bigIntOf(fromBase64Url(key.export({ format: "jwk" }).d));
  const k = bigIntOf(fromBase64Url(once.d));
  const s = (inverse(k, order) * ((truncated(digest, order) + r * secret) % order)) % order;
  return sequence([integer(r), integer(s)]);
}

/** With the private key, no sum of points is needed: both summands are multiples of the base point. */
export function isEcdsa(key: KeyObject, digest: Buffer, signature: Buffer): boolean {
  const curve = curveOf(key);
  const order = orderOf(curve);
  const [r, s] = integersIn(signature);
  if (r === undefined || s === undefined) return false;
  if (r <= 0n || s <= 0n || r >= order || s >= order) return false;
  const secret = bigIntOf(fromBase64Url(key.export({ format: "jwk" }).d));
  const w = inverse(s, order);
  const multiple = (w * ((truncated(digest, order) + r * secret) % order)) % order;
  if (multiple === 0n) return false;
  const ecdh = createECDH(curve);
  ecdh.setPrivateKey(Buffer.from(evenHex(multiple), "hex"));
  const point = ecdh.getPublicKey();
  const x = point.subarray(1, 1 + (point.length - 1) / 2);
  return bigIntOf(x) % order === r;
}

function curveOf(key: KeyObject): string {
  return key.asymmetricKeyDetails?.namedCurve ?? "";
}

function orderOf(curve: string): bigint {
  return BigInt(`0x${ORDERS[curve] ?? "1"}`);
}

/** The leftmost bits of the digest, as many as the order has. */
function truncated(digest: Buffer, order: bigint): bigint {
  const surplus = Math.max(0, digest.length * 8 - order.toString(2).length);
  return bigIntOf(digest) >> BigInt(surplus);
}

/** By Fermat's little theorem: the order is prime. */
function inverse(value: bigint, order: bigint): bigint {
  let result = 1n;
  let base = value % order;
  for (let exponent = order - 2n; exponent > 0n; exponent >>= 1n) {
    if ((exponent & 1n) === 1n) result = (result * base) % order;
    base = (base * base) % order;
  }
  return result;
}

const INTEGER = 0x02;
const SEQUENCE = 0x30;
const LONG_FORM = 0x81;

function integer(value: bigint): Buffer {
  const bytes = Buffer.from(evenHex(value), "hex");
  const positive = bytes.readUInt8(0) < 0x80 ? bytes : Buffer.concat([Buffer.of(0), bytes]);
  return Buffer.concat([Buffer.of(INTEGER, positive.length), positive]);
}

function sequence(parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const length = body.length < 0x80 ? Buffer.of(body.length) : Buffer.of(LONG_FORM, body.length);
  return Buffer.concat([Buffer.of(SEQUENCE), length, body]);
}

/** The integers of a sequence; none for anything else. */
function integersIn(der: Buffer): readonly bigint[] {
  if (der[0] !== SEQUENCE) return [];
  const found: bigint[] = [];
  let at = der[1] === LONG_FORM ? 3 : 2;
  while (at + 2 <= der.length && der[at] === INTEGER) {
    const length = der[at + 1] ?? 0;
    found.push(bigIntOf(der.subarray(at + 2, at + 2 + length)));
    at += 2 + length;
  }
  return found;
}

function evenHex(value: bigint): string {
  const hex = value.toString(16);
  return hex.length % 2 === 0 ? hex : `0${hex}`;
}

function bigIntOf(bytes: Buffer): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${bytes.toString("hex")}`);
}

function fromBase64Url(text: string | undefined): Buffer {
  return Buffer.from(text ?? "", "base64url");
}
