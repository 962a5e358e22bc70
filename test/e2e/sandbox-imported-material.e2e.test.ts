import {
  constants,
  createCipheriv,
  createPublicKey,
  generateKeyPairSync,
  publicEncrypt,
  randomBytes,
} from "node:crypto";
import {
  CreateKeyCommand,
  DecryptCommand,
  DeleteImportedKeyMaterialCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GetParametersForImportCommand,
  ImportKeyMaterialCommand,
  ListKeyRotationsCommand,
  ReplicateKeyCommand,
  RotateKeyOnDemandCommand,
  type AlgorithmSpec,
  type GetParametersForImportCommandOutput,
  type ImportKeyMaterialCommandInput,
  type KMSClient,
} from "@aws-sdk/client-kms";
import { administratorOf, SRC, startTestCloud, type TestCloud } from "../../packages/emulator/test/lib/cloud";
import { createKey } from "../../packages/emulator/test/services/kms/lib";

const DAY = 86_400;
const MATERIAL = Buffer.alloc(32, 7);
const FOREVER = { ExpirationModel: "KEY_MATERIAL_DOES_NOT_EXPIRE" } as const;

// Wrapping keys are real RSA keys, which take time to generate.
jest.setTimeout(240_000);

let cloud: TestCloud;
let kms: KMSClient;
let KeyId: string;
beforeEach(async () => {
  cloud = await startTestCloud();
  kms = cloud.kms(administratorOf(SRC));
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Origin: "EXTERNAL" }));
  KeyId = KeyMetadata?.KeyId ?? "";
});
afterEach(() => cloud.stop());

const parameters = (key = KeyId, WrappingAlgorithm: AlgorithmSpec = "RSAES_OAEP_SHA_256", by = kms) =>
  by.send(new GetParametersForImportCommand({ KeyId: key, WrappingAlgorithm, WrappingKeySpec: "RSA_2048" }));

function wrap(bytes: Buffer, PublicKey: Uint8Array | undefined, oaepHash = "sha256"): Buffer {
  const key = createPublicKey({ key: Buffer.from(PublicKey ?? []), format: "der", type: "spki" });
  return publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, bytes);
}

async function bring(
  bytes: Buffer,
  more: Partial<ImportKeyMaterialCommandInput> = FOREVER,
  given?: GetParametersForImportCommandOutput,
  by = kms,
) {
  const { PublicKey, ImportToken } = given ?? (await parameters(KeyId, "RSAES_OAEP_SHA_256", by));
  const EncryptedKeyMaterial = wrap(bytes, PublicKey);
  return by.send(new ImportKeyMaterialCommand({ KeyId, ImportToken, EncryptedKeyMaterial, ...more }));
}

const describe = async (by = kms) => (await by.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata;
const encrypt = (by = kms) => by.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from("x") }));

test("a key without material is pending import and cannot be used; with material it can be used", async () => {
  expect(await describe()).toMatchObject({ KeyState: "PendingImport", Enabled: false, Origin: "EXTERNAL" });
  await expect(encrypt()).rejects.toMatchObject({
    name: "KMSInvalidStateException",
    message: expect.stringContaining("is pending import."),
  });
  await bring(MATERIAL);
  expect(await describe()).toMatchObject({ KeyState: "Enabled", ...FOREVER });
  const { CiphertextBlob } = await encrypt();
  await expect(kms.send(new DecryptCommand({ CiphertextBlob }))).resolves.toMatchObject({
    Plaintext: new Uint8Array(Buffer.from("x")),
  });
});

test.each([
  ["RSAES_OAEP_SHA_1", "sha1"],
  ["RSA_AES_KEY_WRAP_SHA_256", "sha256"],
] as const)("material wrapped by %s is unwrapped", async (algorithm, hash) => {
  const { PublicKey, ImportToken } = await parameters(KeyId, algorithm);
  const aes = randomBytes(32);
  const cipher = createCipheriv("id-aes256-wrap-pad", aes, Buffer.from("A65959A6", "hex"));
  const EncryptedKeyMaterial = algorithm.startsWith("RSA_AES")
    ? Buffer.concat([wrap(aes, PublicKey, hash), cipher.update(MATERIAL), cipher.final()])
    : wrap(MATERIAL, PublicKey, hash);
  const input = { KeyId, ImportToken, EncryptedKeyMaterial, ...FOREVER };
  await kms.send(new ImportKeyMaterialCommand(input));
  expect((await describe())?.KeyState).toBe("Enabled");
});

test("material under another wrapping key, or with another hash, is refused", async () => {
  const { PublicKey, ImportToken } = await parameters();
  const other = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const foreign = other.publicKey.export({ type: "spki", format: "der" });
  for (const EncryptedKeyMaterial of [wrap(MATERIAL, foreign), wrap(MATERIAL, PublicKey, "sha1")]) {
    const input = { KeyId, ImportToken, EncryptedKeyMaterial, ...FOREVER };
    await expect(kms.send(new ImportKeyMaterialCommand(input))).rejects.toMatchObject({
      name: "InvalidCiphertextException",
    });
  }
});

test("an import token is valid only for its key, and for 24 hours", async () => {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Origin: "EXTERNAL" }));
  const foreign = await parameters(KeyMetadata?.KeyId);
  await expect(bring(MATERIAL, FOREVER, foreign)).rejects.toMatchObject({
    name: "InvalidImportTokenException",
  });
  const own = await parameters();
  await cloud.clock.advance(24 * 3600);
  await expect(bring(MATERIAL, FOREVER, own)).rejects.toMatchObject({ name: "ExpiredImportTokenException" });
});

test("after its material is deleted a key cannot be used until the same material is imported again", async () => {
  await bring(MATERIAL);
  const { CiphertextBlob } = await encrypt();
  await kms.send(new DeleteImportedKeyMaterialCommand({ KeyId }));
  expect((await describe())?.KeyState).toBe("PendingImport");
  await expect(kms.send(new DecryptCommand({ CiphertextBlob }))).rejects.toMatchObject({
    name: "KMSInvalidStateException",
  });

  await expect(bring(Buffer.alloc(32, 8))).rejects.toMatchObject({ name: "IncorrectKeyMaterialException" });
  await bring(MATERIAL);
  await expect(kms.send(new DecryptCommand({ CiphertextBlob }))).resolves.toHaveProperty("Plaintext");
});

test("material expires on its date, unless it is imported again without a date", async () => {
  const ValidTo = new Date(cloud.clock.now().getTime() + 10 * DAY * 1000);
  await bring(MATERIAL, { ExpirationModel: "KEY_MATERIAL_EXPIRES", ValidTo });
  expect(await describe()).toMatchObject({ KeyState: "Enabled", ExpirationModel: "KEY_MATERIAL_EXPIRES" });
  await cloud.clock.advance(11 * DAY);
  expect((await describe())?.KeyState).toBe("PendingImport");

  const later = new Date(cloud.clock.now().getTime() + 10 * DAY * 1000);
  await bring(MATERIAL, { ValidTo: later });
  await bring(MATERIAL);
  await cloud.clock.advance(11 * DAY);
  expect((await describe())?.KeyState).toBe("Enabled");
});

test.each([
  ["without a date, although it expires", {}],
  ["with a date, although it does not expire", { ...FOREVER, ValidTo: new Date(Date.now() + 1e8) }],
  ["with a date in the past", { ValidTo: new Date(Date.now() - 1000) }],
  ["with a date more than 365 days ahead", { ValidTo: new Date(Date.now() + 366 * DAY * 1000) }],
])("an import %s is a validation error", async (_what, more) => {
  await expect(bring(MATERIAL, more)).rejects.toMatchObject({ name: "ValidationException" });
});

test("the same bytes in two keys are two materials: one key cannot decrypt the other's ciphertexts", async () => {
  const { KeyMaterialId } = await bring(MATERIAL);
  const { CiphertextBlob } = await encrypt();
  const first = KeyId;
  KeyId = (await kms.send(new CreateKeyCommand({ Origin: "EXTERNAL" }))).KeyMetadata?.KeyId ?? "";
  const second = await bring(MATERIAL);
  expect(second.KeyMaterialId).not.toBe(KeyMaterialId);
  await expect(kms.send(new DecryptCommand({ CiphertextBlob, KeyId }))).rejects.toMatchObject({
    name: "IncorrectKeyException",
  });
  await expect(kms.send(new DecryptCommand({ CiphertextBlob, KeyId: first }))).resolves.toHaveProperty(
    "Plaintext",
  );
});

test("a key with KMS-generated material accepts no import", async () => {
  ({ KeyId } = await createKey(cloud));
  await expect(parameters()).rejects.toMatchObject({
    name: "UnsupportedOperationException",
    message: expect.stringContaining("origin is AWS_KMS which is not valid for this operation"),
  });
});

test("new material is used only after an on-demand rotation; afterwards all materials are needed", async () => {
  const first = await bring(MATERIAL);
  const { CiphertextBlob } = await encrypt();
  await expect(kms.send(new RotateKeyOnDemandCommand({ KeyId }))).rejects.toMatchObject({
    name: "KMSInvalidStateException",
  });
  await bring(Buffer.alloc(32, 9), { ...FOREVER, ImportType: "NEW_KEY_MATERIAL" });
  const list = new ListKeyRotationsCommand({ KeyId, IncludeKeyMaterial: "ALL_KEY_MATERIAL" });
  expect((await kms.send(list)).Rotations).toMatchObject([
    { KeyMaterialState: "CURRENT", ImportState: "IMPORTED" },
    { KeyMaterialState: "PENDING_ROTATION", ImportState: "IMPORTED" },
  ]);
  await kms.send(new RotateKeyOnDemandCommand({ KeyId }));
  await cloud.clock.advance(60);
  await expect(kms.send(new DecryptCommand({ CiphertextBlob }))).resolves.toHaveProperty("Plaintext");

  await kms.send(new DeleteImportedKeyMaterialCommand({ KeyId, KeyMaterialId: first.KeyMaterialId }));
  expect((await describe())?.KeyState).toBe("PendingImport");
});

test("a replica needs its own import of the same material", async () => {
  const created = await kms.send(new CreateKeyCommand({ Origin: "EXTERNAL", MultiRegion: true }));
  KeyId = created.KeyMetadata?.KeyId ?? "";
  await bring(MATERIAL);
  await kms.send(new ReplicateKeyCommand({ KeyId, ReplicaRegion: "eu-central-1" }));
  await cloud.clock.advance(10);
  const there = cloud.kms(administratorOf(SRC), "eu-central-1");
  expect((await describe(there))?.KeyState).toBe("PendingImport");

  await expect(bring(Buffer.alloc(32, 8), FOREVER, undefined, there)).rejects.toMatchObject({
    name: "IncorrectKeyMaterialException",
  });
  await bring(MATERIAL, FOREVER, undefined, there);
  const { CiphertextBlob } = await encrypt();
  await expect(there.send(new DecryptCommand({ CiphertextBlob }))).resolves.toHaveProperty("Plaintext");
});
