import {
  constants,
  createHash,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  publicEncrypt,
  verify,
} from "node:crypto";
import {
  CreateGrantCommand,
  CreateKeyCommand,
  DecryptCommand,
  DeriveSharedSecretCommand,
  DescribeKeyCommand,
  EnableKeyRotationCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateMacCommand,
  GetPublicKeyCommand,
  ReEncryptCommand,
  ReplicateKeyCommand,
  SignCommand,
  VerifyCommand,
  VerifyMacCommand,
  type CreateKeyCommandInput,
  type KMSClient,
} from "@aws-sdk/client-kms";
import { administratorOf, SRC, startTestCloud, type TestCloud } from "../../lib/cloud";
import { createKey } from "./lib";

let cloud: TestCloud;
let kms: KMSClient;
let keys: Readonly<Record<"rsa" | "signing" | "ecc" | "agreement" | "mac" | "symmetric", string>>;
beforeAll(async () => {
  cloud = await startTestCloud();
  kms = cloud.kms(administratorOf(SRC));
  const made = async (KeySpec: string, KeyUsage: string) =>
    (await createKey(cloud, SRC, { KeySpec, KeyUsage } as CreateKeyCommandInput)).Arn;
  keys = {
    rsa: await made("RSA_2048", "ENCRYPT_DECRYPT"),
    signing: await made("RSA_2048", "SIGN_VERIFY"),
    ecc: await made("ECC_NIST_P384", "SIGN_VERIFY"),
    agreement: await made("ECC_NIST_P256", "KEY_AGREEMENT"),
    mac: await made("HMAC_256", "GENERATE_VERIFY_MAC"),
    symmetric: await made("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT"),
  };
});
afterAll(() => cloud.stop());

const Message = Buffer.from("a message");
const other = Buffer.from("another message");
const publicKeyOf = async (KeyId: string) => {
  const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId }));
  return createPublicKey({ key: Buffer.from(PublicKey ?? []), format: "der", type: "spki" });
};

test.each([
  ["signing", "RSASSA_PKCS1_V1_5_SHA_256", { padding: constants.RSA_PKCS1_PADDING }],
  ["signing", "RSASSA_PSS_SHA_512", { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 64 }],
  ["ecc", "ECDSA_SHA_384", {}],
] as const)(
  "a signature of the %s key with %s is valid, here and with its public key",
  async (name, SigningAlgorithm, padding) => {
    const KeyId = keys[name];
    const { Signature = Buffer.of() } = await kms.send(new SignCommand({ KeyId, Message, SigningAlgorithm }));
    const check = (text: Buffer) =>
      kms.send(new VerifyCommand({ KeyId, Message: text, Signature, SigningAlgorithm }));

    expect(await check(Message)).toMatchObject({ SignatureValid: true, KeyId, SigningAlgorithm });
    await expect(check(other)).rejects.toMatchObject({ name: "KMSInvalidSignatureException" });
    const key = await publicKeyOf(KeyId);
    const hash = `sha${SigningAlgorithm.slice(-3)}`;
    expect(verify(hash, Message, { key, ...padding }, Signature)).toBe(true);
  },
);

test.each([
  ["signing", "RSASSA_PKCS1_V1_5_SHA_384"],
  ["signing", "RSASSA_PSS_SHA_256"],
  ["ecc", "ECDSA_SHA_384"],
] as const)("the %s key signs with %s a digest like the message itself", async (name, SigningAlgorithm) => {
  const of = { KeyId: keys[name], SigningAlgorithm };
  const hash = `sha${SigningAlgorithm.slice(-3)}`;
  const digested = { Message: createHash(hash).update(Message).digest(), MessageType: "DIGEST" } as const;
  const check = async (input: object, Signature?: Uint8Array) =>
    kms.send(new VerifyCommand({ ...of, Signature, Message, ...input })).then(
      ({ SignatureValid }) => SignatureValid,
      (error: Error) => error.name,
    );
  const ofDigest = (await kms.send(new SignCommand({ ...of, ...digested }))).Signature;
  const ofMessage = (await kms.send(new SignCommand({ ...of, Message }))).Signature;

  expect([await check({}, ofDigest), await check(digested, ofDigest)]).toEqual([true, true]);
  expect(await check(digested, ofMessage)).toBe(true);
  const another = { ...digested, Message: createHash(hash).update(other).digest() };
  expect(await check(another, ofDigest)).toBe("KMSInvalidSignatureException");
  expect(await check(digested, Buffer.alloc(96, 1))).toBe("KMSInvalidSignatureException");
  await expect(kms.send(new SignCommand({ ...of, ...digested, Message }))).rejects.toMatchObject({
    name: "ValidationException",
    message: `Digest is invalid length for algorithm ${SigningAlgorithm}.`,
  });
});

test.each(["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"] as const)(
  "the RSA key decrypts with %s what it, or its public key elsewhere, encrypted",
  async (EncryptionAlgorithm) => {
    const KeyId = keys.rsa;
    const open = async (CiphertextBlob?: Uint8Array) =>
      Buffer.from(
        (await kms.send(new DecryptCommand({ KeyId, CiphertextBlob, EncryptionAlgorithm }))).Plaintext ?? [],
      );
    const sealed = await kms.send(new EncryptCommand({ KeyId, Plaintext: Message, EncryptionAlgorithm }));
    const oaepHash = `sha${EncryptionAlgorithm.slice(EncryptionAlgorithm.lastIndexOf("_") + 1)}`;
    const elsewhere = publicEncrypt({ key: await publicKeyOf(KeyId), oaepHash }, Message);

    expect(await open(sealed.CiphertextBlob)).toEqual(Message);
    expect(await open(elsewhere)).toEqual(Message);
    await expect(open(Buffer.from("anything"))).rejects.toMatchObject({ name: "InvalidCiphertextException" });
  },
);

test("a ciphertext can be re-encrypted from an RSA key to a symmetric one", async () => {
  const EncryptionAlgorithm = "RSAES_OAEP_SHA_256";
  const sealed = await kms.send(
    new EncryptCommand({ KeyId: keys.rsa, Plaintext: Message, EncryptionAlgorithm }),
  );
  const moved = await kms.send(
    new ReEncryptCommand({
      CiphertextBlob: sealed.CiphertextBlob,
      SourceKeyId: keys.rsa,
      SourceEncryptionAlgorithm: EncryptionAlgorithm,
      DestinationKeyId: keys.symmetric,
    }),
  );
  const opened = await kms.send(new DecryptCommand({ CiphertextBlob: moved.CiphertextBlob }));
  expect(Buffer.from(opened.Plaintext ?? [])).toEqual(Message);
});

test("a MAC is valid only for its message", async () => {
  const of = { KeyId: keys.mac, MacAlgorithm: "HMAC_SHA_256" } as const;
  const { Mac } = await kms.send(new GenerateMacCommand({ ...of, Message }));
  expect(Mac).toHaveLength(32);
  await expect(kms.send(new VerifyMacCommand({ ...of, Message, Mac }))).resolves.toMatchObject({
    MacValid: true,
  });
  await expect(kms.send(new VerifyMacCommand({ ...of, Message: other, Mac }))).rejects.toMatchObject({
    name: "KMSInvalidMacException",
  });
});

test("two parties derive the same secret; a key on another curve is refused", async () => {
  const of = { KeyId: keys.agreement, KeyAgreementAlgorithm: "ECDH" } as const;
  const derive = (namedCurve: string) => {
    const pair = generateKeyPairSync("ec", { namedCurve });
    const PublicKey = pair.publicKey.export({ type: "spki", format: "der" });
    return { pair, answer: kms.send(new DeriveSharedSecretCommand({ ...of, PublicKey })) };
  };
  const { pair, answer } = derive("prime256v1");
  const theirs = diffieHellman({ privateKey: pair.privateKey, publicKey: await publicKeyOf(of.KeyId) });
  expect(Buffer.from((await answer).SharedSecret ?? [])).toEqual(theirs);
  await expect(derive("secp384r1").answer).rejects.toMatchObject({ name: "ValidationException" });
});

test("a key's description shows its usage", async () => {
  const shown = async (KeyId: string) => (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata;
  expect(await shown(keys.ecc)).toMatchObject({
    KeySpec: "ECC_NIST_P384",
    CustomerMasterKeySpec: "ECC_NIST_P384",
    KeyUsage: "SIGN_VERIFY",
    SigningAlgorithms: ["ECDSA_SHA_384"],
  });
  expect(await shown(keys.mac)).toMatchObject({
    KeyUsage: "GENERATE_VERIFY_MAC",
    MacAlgorithms: ["HMAC_SHA_256"],
  });
  expect((await shown(keys.mac))?.EncryptionAlgorithms).toBeUndefined();
});

const sign = { Message, SigningAlgorithm: "ECDSA_SHA_384" } as const;
test.each([
  [
    "signing with an encryption key",
    () => new SignCommand({ ...sign, KeyId: keys.rsa }),
    "key usage is ENCRYPT_DECRYPT which is not valid for Sign",
  ],
  [
    "encrypting with a signing key",
    () => new EncryptCommand({ KeyId: keys.ecc, Plaintext: Message }),
    "key usage is SIGN_VERIFY which is not valid for Encrypt",
  ],
  [
    "a MAC of a symmetric key",
    () => new GenerateMacCommand({ KeyId: keys.symmetric, Message, MacAlgorithm: "HMAC_SHA_256" }),
    "key usage is ENCRYPT_DECRYPT",
  ],
  [
    "a data key under an RSA key",
    () => new GenerateDataKeyCommand({ KeyId: keys.rsa, KeySpec: "AES_256" }),
    "key spec is RSA_2048 which is not valid for GenerateDataKey",
  ],
  [
    "another curve's algorithm",
    () => new SignCommand({ ...sign, KeyId: keys.ecc, SigningAlgorithm: "ECDSA_SHA_256" }),
    "Algorithm ECDSA_SHA_256 and key spec ECC_NIST_P384 do not match.",
  ],
  [
    "an RSA key by the symmetric algorithm",
    () => new EncryptCommand({ KeyId: keys.rsa, Plaintext: Message }),
    "Algorithm SYMMETRIC_DEFAULT and key spec RSA_2048 do not match.",
  ],
])("%s is refused", async (_what, command, message) => {
  await expect(kms.send(command() as SignCommand)).rejects.toMatchObject({
    name: "InvalidKeyUsageException",
    message: expect.stringContaining(message),
  });
});

test.each([
  [
    "HMAC_256",
    undefined,
    "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.",
  ],
  ["HMAC_224", "ENCRYPT_DECRYPT", "KeyUsage ENCRYPT_DECRYPT is not compatible with KeySpec HMAC_224"],
  [
    "SYMMETRIC_DEFAULT",
    "GENERATE_VERIFY_MAC",
    "KeyUsage GENERATE_VERIFY_MAC is not compatible with KeySpec SYMMETRIC_DEFAULT",
  ],
  [
    "ECC_SECG_P256K1",
    "KEY_AGREEMENT",
    "KeyUsage KEY_AGREEMENT is not compatible with KeySpec ECC_SECG_P256K1",
  ],
] as const)("a key of spec %s for %s is refused", async (KeySpec, KeyUsage, message) => {
  await expect(kms.send(new CreateKeyCommand({ KeySpec, KeyUsage }))).rejects.toMatchObject({
    name: "ValidationException",
    message,
  });
});

test.each(["SM2", "ML_DSA_44", "ECC_NIST_EDWARDS25519"] as const)(
  "a key of spec %s is not modelled",
  async (KeySpec) => {
    await expect(kms.send(new CreateKeyCommand({ KeySpec, KeyUsage: "SIGN_VERIFY" }))).rejects.toMatchObject({
      name: "UnsupportedOperationException",
      message: expect.stringContaining(KeySpec),
    });
  },
);

test.each([
  [
    "rotation of a pair",
    () => new EnableKeyRotationCommand({ KeyId: keys.ecc }),
    "UnsupportedOperationException",
  ],
  [
    "the public key of a symmetric key",
    () => new GetPublicKeyCommand({ KeyId: keys.symmetric }),
    "UnsupportedOperationException",
  ],
  [
    "the public key of a secret",
    () => new GetPublicKeyCommand({ KeyId: keys.mac }),
    "UnsupportedOperationException",
  ],
  [
    "a message over 4096 bytes",
    () => new SignCommand({ ...sign, KeyId: keys.ecc, Message: Buffer.alloc(4097) }),
    "ValidationException",
  ],
  [
    "an encryption context under RSA",
    () =>
      new EncryptCommand({
        KeyId: keys.rsa,
        Plaintext: Message,
        EncryptionAlgorithm: "RSAES_OAEP_SHA_256",
        EncryptionContext: { a: "b" },
      }),
    "ValidationException",
  ],
  [
    "a text that is too long for the modulus",
    () =>
      new EncryptCommand({
        KeyId: keys.rsa,
        Plaintext: Buffer.alloc(191),
        EncryptionAlgorithm: "RSAES_OAEP_SHA_256",
      }),
    "ValidationException",
  ],
  [
    "a dry run of a signature",
    () => new SignCommand({ ...sign, KeyId: keys.ecc, DryRun: true }),
    "DryRunOperationException",
  ],
])("%s is refused", async (_what, command, name) => {
  await expect(kms.send(command() as SignCommand)).rejects.toMatchObject({ name });
});

const GranteePrincipal = `arn:aws:iam::${SRC}:user/administrator`;
test.each([
  ["ecc", "Sign", true],
  ["ecc", "Encrypt", false],
  ["rsa", "ReEncryptTo", true],
  ["rsa", "GenerateDataKey", false],
  ["mac", "VerifyMac", true],
  ["mac", "GetPublicKey", false],
  ["agreement", "DeriveSharedSecret", true],
  ["symmetric", "Sign", false],
] as const)("on the %s key a grant of %s is allowed: %s", async (name, operation, made) => {
  const grant = kms.send(
    new CreateGrantCommand({ KeyId: keys[name], GranteePrincipal, Operations: [operation] }),
  );
  if (made) await expect(grant).resolves.toHaveProperty("GrantId");
  else await expect(grant).rejects.toMatchObject({ name: "ValidationException" });
});

test("a grant on a key without encryption context refuses a constraint", async () => {
  const Constraints = { EncryptionContextSubset: { a: "b" } };
  await expect(
    kms.send(
      new CreateGrantCommand({ KeyId: keys.ecc, GranteePrincipal, Operations: ["Sign"], Constraints }),
    ),
  ).rejects.toMatchObject({ name: "ValidationException" });
});

test("a replica of a secret verifies a MAC of its primary", async () => {
  const { Arn, KeyId } = await createKey(cloud, SRC, {
    KeySpec: "HMAC_512",
    KeyUsage: "GENERATE_VERIFY_MAC",
    MultiRegion: true,
  });
  await kms.send(new ReplicateKeyCommand({ KeyId: Arn, ReplicaRegion: "eu-central-1" }));
  await cloud.clock.advance(60);
  const of = { KeyId, Message, MacAlgorithm: "HMAC_SHA_512" } as const;
  const { Mac } = await kms.send(new GenerateMacCommand(of));
  const there = cloud.kms(administratorOf(SRC), "eu-central-1");
  await expect(there.send(new VerifyMacCommand({ ...of, Mac }))).resolves.toMatchObject({ MacValid: true });
});
