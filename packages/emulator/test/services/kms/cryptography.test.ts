import {
  CreateAliasCommand,
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyPairCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  GetKeyPolicyCommand,
  ReEncryptCommand,
  type DecryptCommandInput,
  type KMSClient,
} from "@aws-sdk/client-kms";
import { administratorOf, DST, policy, SRC, startTestCloud, trusting, type TestCloud } from "../../lib/cloud";
import { createKey, keyPolicy } from "./lib";

let cloud: TestCloud;
let kms: KMSClient;
beforeEach(async () => {
  cloud = await startTestCloud();
  kms = cloud.kms(administratorOf(SRC));
});
afterEach(() => cloud.stop());

const EncryptionContext = { "aws:ebs:id": "vol-1" };
const textOf = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString();

test("a ciphertext decrypts with the same key, only with the same encryption context", async () => {
  const { KeyId, Arn } = await createKey(cloud);
  const { CiphertextBlob } = await kms.send(
    new EncryptCommand({ KeyId, Plaintext: Buffer.from("secret"), EncryptionContext }),
  );
  const opened = await kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }));

  expect([textOf(opened.Plaintext), opened.KeyId]).toEqual(["secret", Arn]);
  expect(Buffer.from(CiphertextBlob ?? []).includes("secret")).toBe(false);
  for (const wrong of [undefined, { "aws:ebs:id": "vol-2" }]) {
    await expect(
      kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: wrong })),
    ).rejects.toMatchObject({ name: "InvalidCiphertextException" });
  }
});

test("a ciphertext that was tampered with does not decrypt", async () => {
  const { KeyId } = await createKey(cloud);
  const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from("secret") }));
  const forged = Buffer.from(CiphertextBlob ?? []);
  forged.writeUInt8(forged.readUInt8(forged.length - 1) ^ 1, forged.length - 1);
  for (const blob of [forged, Buffer.from("anything")]) {
    await expect(kms.send(new DecryptCommand({ CiphertextBlob: blob }))).rejects.toMatchObject({
      name: "InvalidCiphertextException",
    });
  }
});

test("decrypting with a key other than the named one is refused", async () => {
  const first = await createKey(cloud);
  const second = await createKey(cloud);
  const { CiphertextBlob } = await kms.send(
    new EncryptCommand({ KeyId: first.KeyId, Plaintext: Buffer.from("secret") }),
  );
  await expect(kms.send(new DecryptCommand({ CiphertextBlob, KeyId: second.KeyId }))).rejects.toMatchObject({
    name: "IncorrectKeyException",
  });
});

test("a data key decrypts to its plaintext; the operation without plaintext returns none", async () => {
  const { KeyId } = await createKey(cloud);
  await kms.send(new CreateAliasCommand({ AliasName: "alias/data", TargetKeyId: KeyId }));
  const made = await kms.send(new GenerateDataKeyCommand({ KeyId: "alias/data", KeySpec: "AES_256" }));
  const opened = await kms.send(new DecryptCommand({ CiphertextBlob: made.CiphertextBlob }));
  const hidden = await kms.send(
    new GenerateDataKeyWithoutPlaintextCommand({ KeyId: "alias/data", NumberOfBytes: 64 }),
  );

  expect(made.Plaintext).toHaveLength(32);
  expect(opened.Plaintext).toEqual(made.Plaintext);
  expect(hidden).not.toHaveProperty("Plaintext");
});

test("re-encrypting needs the source key and the destination key, each for its own action", async () => {
  const from = await createKey(cloud);
  const to = await createKey(cloud);
  const { CiphertextBlob } = await kms.send(
    new EncryptCommand({ KeyId: from.KeyId, Plaintext: Buffer.from("secret") }),
  );
  const reEncryptAs = async (name: string, policies: Record<string, object>) => {
    const role = cloud.moto.addRole(SRC, name, { trust: trusting(SRC), policies });
    const command = new ReEncryptCommand({ CiphertextBlob, DestinationKeyId: to.Arn });
    return cloud.kms(await cloud.session(SRC, role)).send(command);
  };
  const source = policy({ Action: "kms:ReEncryptFrom", Resource: from.Arn });
  const destination = policy({ Action: "kms:ReEncryptTo", Resource: to.Arn });

  await expect(reEncryptAs("from-only", { source })).rejects.toMatchObject({
    message: expect.stringContaining("kms:ReEncryptTo"),
  });
  await expect(reEncryptAs("to-only", { destination })).rejects.toMatchObject({
    message: expect.stringContaining("kms:ReEncryptFrom"),
  });
  const moved = await reEncryptAs("both", { source, destination });
  expect([moved.SourceKeyId, moved.KeyId]).toEqual([from.Arn, to.Arn]);
});

test("another account needs both halves: the key policy's and its own IAM's", async () => {
  const { Arn } = await createKey(cloud, SRC, {
    Policy: keyPolicy(SRC, { Principal: { AWS: DST }, Action: "kms:Encrypt", Resource: "*" }),
  });
  const closed = await createKey(cloud, SRC);
  const allowed = cloud.moto.addRole(DST, "allowed", {
    trust: trusting(DST),
    policies: { p: policy({ Action: "kms:Encrypt", Resource: "*" }) },
  });
  const bare = cloud.moto.addRole(DST, "bare", { trust: trusting(DST) });
  const encryptAs = async (role: string, KeyId: string) =>
    cloud
      .kms(await cloud.session(DST, role))
      .send(new EncryptCommand({ KeyId, Plaintext: Buffer.from("x") }));

  await expect(encryptAs(allowed, Arn)).resolves.toHaveProperty("CiphertextBlob");
  await expect(encryptAs(bare, Arn)).rejects.toMatchObject({
    message: expect.stringContaining("no identity-based policy allows the kms:Encrypt action"),
  });
  await expect(encryptAs(allowed, closed.Arn)).rejects.toMatchObject({
    message: expect.stringContaining("no resource-based policy allows the kms:Encrypt action"),
  });
});

test("a condition on the encryption context is enforced", async () => {
  const Condition = { StringEquals: { "kms:EncryptionContext:team": "web" } };
  const { Arn } = await createKey(cloud);
  const role = cloud.moto.addRole(SRC, "web", {
    trust: trusting(SRC),
    policies: { p: policy({ Action: "kms:Encrypt", Resource: Arn, Condition }) },
  });
  const session = await cloud.session(SRC, role);
  const encryptFor = (team: string) =>
    cloud
      .kms(session)
      .send(new EncryptCommand({ KeyId: Arn, Plaintext: Buffer.from("x"), EncryptionContext: { team } }));

  await expect(encryptFor("web")).resolves.toHaveProperty("CiphertextBlob");
  await expect(encryptFor("db")).rejects.toMatchObject({ name: "AccessDeniedException" });
});

test.each([
  ["neither spec nor length", {}],
  ["both spec and length", { KeySpec: "AES_256" as const, NumberOfBytes: 32 }],
  ["more than 1024 bytes", { NumberOfBytes: 1025 }],
])("a data key with %s is refused", async (_what, input) => {
  const { KeyId } = await createKey(cloud);
  await expect(kms.send(new GenerateDataKeyCommand({ KeyId, ...input }))).rejects.toMatchObject({
    name: "ValidationException",
  });
});

test("a dry run checks only the permission, without a ciphertext", async () => {
  const { KeyId, Arn } = await createKey(cloud);
  const role = cloud.moto.addRole(SRC, "none", { trust: trusting(SRC) });
  const dry = new DecryptCommand({
    KeyId: Arn,
    DryRun: true,
    DryRunModifiers: ["IGNORE_CIPHERTEXT"],
  } as DecryptCommandInput);
  await expect(kms.send(dry)).rejects.toMatchObject({ name: "DryRunOperationException" });
  await expect(cloud.kms(await cloud.session(SRC, role)).send(dry)).rejects.toMatchObject({
    name: "AccessDeniedException",
  });
  const encrypt = new EncryptCommand({ KeyId, Plaintext: Buffer.from("x"), DryRun: true });
  await expect(kms.send(encrypt)).rejects.toMatchObject({ name: "DryRunOperationException" });
});

test("the private key of a data key pair is encrypted with the key", async () => {
  const { KeyId } = await createKey(cloud);
  const pair = await kms.send(
    new GenerateDataKeyPairCommand({ KeyId, KeyPairSpec: "ECC_NIST_P256", EncryptionContext }),
  );
  const opened = await kms.send(
    new DecryptCommand({ CiphertextBlob: pair.PrivateKeyCiphertextBlob, EncryptionContext }),
  );
  expect(Buffer.from(opened.Plaintext ?? [])).toEqual(Buffer.from(pair.PrivateKeyPlaintext ?? []));
  const bad = new GenerateDataKeyPairCommand({ KeyId, KeyPairSpec: "SM2" });
  await expect(kms.send(bad)).rejects.toMatchObject({ name: "ValidationException" });
});

test.each(["rds", "s3", "secretsmanager", "ssm", "backup"])(
  "the AWS managed key aws/%s is visible to its account and cannot be used directly",
  async (service) => {
    const KeyId = `alias/aws/${service}`;
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
    expect(KeyMetadata?.KeyManager).toBe("AWS");
    const { Policy } = await kms.send(new GetKeyPolicyCommand({ KeyId: KeyMetadata?.KeyId }));
    expect(Policy).toContain(`"kms:ViaService":"${service}.eu-west-1.amazonaws.com"`);
    await expect(kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from("x") }))).rejects.toMatchObject({
      name: "AccessDeniedException",
    });
  },
);

test("a grant token that was never issued is refused", async () => {
  const { KeyId } = await createKey(cloud);
  const encrypt = new EncryptCommand({ KeyId, Plaintext: Buffer.from("x"), GrantTokens: ["none"] });
  await expect(kms.send(encrypt)).rejects.toMatchObject({ name: "InvalidGrantTokenException" });
});
