import { generateKeyPair, randomBytes, type KeyPairKeyObjectResult } from "node:crypto";
import { promisify } from "node:util";
import type { Call } from "../../contract";
import { invalid } from "./errors";
import { integer, required, text } from "./input";

const KEY_BYTES: Readonly<Record<string, number>> = { AES_256: 32, AES_128: 16 };
const RSA_BITS: Readonly<Record<string, number>> = { RSA_2048: 2048, RSA_3072: 3072, RSA_4096: 4096 };
/** OpenSSL's names of curves. */
const CURVES: Readonly<Record<string, string>> = {
  ECC_NIST_P256: "prime256v1",
  ECC_NIST_P384: "secp384r1",
  ECC_NIST_P521: "secp521r1",
  ECC_SECG_P256K1: "secp256k1",
};
const generate = promisify(generateKeyPair);

/** A new data key of the requested size. */
export function newDataKey(call: Call): Buffer {
  const spec = text(call, "KeySpec");
  const bytes = integer(call, "NumberOfBytes", 1, 1024);
  const fromSpec = spec === undefined ? undefined : KEY_BYTES[spec];
  if ((bytes === undefined) === (fromSpec === undefined)) {
    throw invalid("Please specify either number of bytes or key spec.");
  }
  return randomBytes(bytes ?? fromSpec ?? 0);
}

/** A new data key pair, both as DER. */
export async function newDataKeyPair(call: Call): Promise<{ publicKey: Buffer; privateKey: Buffer }> {
  const spec = required(call, "KeyPairSpec");
  const { publicKey, privateKey } = await keyPair(spec);
  return {
    publicKey: publicKey.export({ type: "spki", format: "der" }),
    privateKey: privateKey.export({ type: "pkcs8", format: "der" }),
  };
}

function keyPair(spec: string): Promise<KeyPairKeyObjectResult> {
  const modulusLength = RSA_BITS[spec];
  if (modulusLength !== undefined) return generate("rsa", { modulusLength });
  const namedCurve = CURVES[spec];
  if (namedCurve !== undefined) return generate("ec", { namedCurve });
  throw invalid(
    `KeyPairSpec ${spec} is not one of ${[...Object.keys(RSA_BITS), ...Object.keys(CURVES)].join(", ")}`,
  );
}
