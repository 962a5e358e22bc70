/** The kinds of keys and what each supports. Source: KMS developer guide, "Key spec reference". */
export type KeyUsage = "ENCRYPT_DECRYPT" | "SIGN_VERIFY" | "GENERATE_VERIFY_MAC" | "KEY_AGREEMENT";

export type KeyKind = "symmetric" | "rsa" | "ecc" | "hmac";

export interface KeySpec {
  readonly kind: KeyKind;
  /** What the key is generated from: bits of an RSA modulus, a curve with OpenSSL's name, or bytes of a secret. */
  readonly size: number | string;
  /** Algorithms for each usage that the spec allows. */
  readonly algorithms: Partial<Readonly<Record<KeyUsage, readonly string[]>>>;
}

const RSA: KeySpec["algorithms"] = {
  ENCRYPT_DECRYPT: ["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"],
  SIGN_VERIFY: ["PKCS1_V1_5", "PSS"].flatMap((padding) =>
    [256, 384, 512].map((bits) => `RSASSA_${padding}_SHA_${bits}`),
  ),
};

function rsa(bits: number): KeySpec {
  return { kind: "rsa", size: bits, algorithms: RSA };
}

function ecc(curve: string, bits: number, agrees = true): KeySpec {
  return {
    kind: "ecc",
    size: curve,
    algorithms: { SIGN_VERIFY: [`ECDSA_SHA_${bits}`], ...(agrees ? { KEY_AGREEMENT: ["ECDH"] } : {}) },
  };
}

function hmac(bits: number): KeySpec {
  return { kind: "hmac", size: bits / 8, algorithms: { GENERATE_VERIFY_MAC: [`HMAC_SHA_${bits}`] } };
}

/** The specs that are modelled; SM2, ML-DSA and Edwards curves are not. */
export const KEY_SPECS: Readonly<Record<string, KeySpec>> = {
  SYMMETRIC_DEFAULT: {
    kind: "symmetric",
    size: 32,
    algorithms: { ENCRYPT_DECRYPT: ["SYMMETRIC_DEFAULT"] },
  },
  RSA_2048: rsa(2048),
  RSA_3072: rsa(3072),
  RSA_4096: rsa(4096),
  ECC_NIST_P256: ecc("prime256v1", 256),
  ECC_NIST_P384: ecc("secp384r1", 384),
  ECC_NIST_P521: ecc("secp521r1", 512),
  ECC_SECG_P256K1: ecc("secp256k1", 256, false),
  HMAC_224: hmac(224),
  HMAC_256: hmac(256),
  HMAC_384: hmac(384),
  HMAC_512: hmac(512),
};

/** The lists of a key's algorithms in `KeyMetadata` and GetPublicKey. */
export const ALGORITHM_MEMBERS: Readonly<Record<KeyUsage, string>> = {
  ENCRYPT_DECRYPT: "EncryptionAlgorithms",
  SIGN_VERIFY: "SigningAlgorithms",
  GENERATE_VERIFY_MAC: "MacAlgorithms",
  KEY_AGREEMENT: "KeyAgreementAlgorithms",
};

/** The operations of a key with this spec and usage, by their names in grants. */
export function cryptographicOperations(spec: string, usage: KeyUsage): readonly string[] {
  const kind = KEY_SPECS[spec]?.kind;
  return (
    OPERATIONS.find(([kinds, usages]) => kinds.some((one) => one === kind) && usages === usage)?.[2] ?? []
  );
}

const ENCRYPTION = ["Encrypt", "Decrypt", "ReEncryptFrom", "ReEncryptTo"];
const DATA_KEYS = [
  "GenerateDataKey",
  "GenerateDataKeyWithoutPlaintext",
  "GenerateDataKeyPair",
  "GenerateDataKeyPairWithoutPlaintext",
];

/** Source: KMS developer guide, "Key type reference" and "Grant operations". */
const OPERATIONS: readonly (readonly [readonly KeyKind[], KeyUsage, readonly string[]])[] = [
  [["symmetric"], "ENCRYPT_DECRYPT", [...ENCRYPTION, ...DATA_KEYS]],
  [["rsa"], "ENCRYPT_DECRYPT", [...ENCRYPTION, "GetPublicKey"]],
  [["rsa", "ecc"], "SIGN_VERIFY", ["Sign", "Verify", "GetPublicKey"]],
  [["ecc"], "KEY_AGREEMENT", ["DeriveSharedSecret", "GetPublicKey"]],
  [["hmac"], "GENERATE_VERIFY_MAC", ["GenerateMac", "VerifyMac"]],
];
