import {
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  EncryptCommand,
  GetKeyRotationStatusCommand,
  ListKeyRotationsCommand,
  RotateKeyOnDemandCommand,
  type KMSClient,
} from "@aws-sdk/client-kms";
import { administratorOf, SRC, startTestCloud, type TestCloud } from "../../lib/cloud";
import { createKey } from "./lib";

const DAY = 86_400;

let cloud: TestCloud;
let kms: KMSClient;
let KeyId: string;
beforeEach(async () => {
  cloud = await startTestCloud();
  kms = cloud.kms(administratorOf(SRC));
  ({ KeyId } = await createKey(cloud));
});
afterEach(() => cloud.stop());

const material = async () =>
  (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.CurrentKeyMaterialId;
const rotations = async () => (await kms.send(new ListKeyRotationsCommand({ KeyId }))).Rotations ?? [];

test("automatic rotation changes the material once per period; older ciphertexts still decrypt", async () => {
  const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from("x") }));
  await kms.send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: 90 }));
  const before = await material();

  await cloud.clock.advance(89 * DAY);
  expect(await material()).toBe(before);
  await cloud.clock.advance(DAY);
  expect(await material()).not.toBe(before);
  const opened = await kms.send(new DecryptCommand({ CiphertextBlob }));
  expect(Buffer.from(opened.Plaintext ?? []).toString()).toBe("x");
  expect(opened.KeyMaterialId).toBe(before);

  await cloud.clock.advance(90 * DAY);
  expect(await rotations()).toMatchObject([{ RotationType: "AUTOMATIC" }, { RotationType: "AUTOMATIC" }]);
});

test("a rotation that was switched off does not run, nor twice when it is switched on again", async () => {
  await kms.send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: 90 }));
  await kms.send(new DisableKeyRotationCommand({ KeyId }));
  await cloud.clock.advance(60 * DAY);
  await kms.send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: 90 }));
  await cloud.clock.advance(31 * DAY);
  expect(await rotations()).toEqual([]);
});

test("a disabled key is not rotated, and its missed rotation runs when it is enabled", async () => {
  await kms.send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: 90 }));
  await kms.send(new DisableKeyCommand({ KeyId }));
  await cloud.clock.advance(91 * DAY);
  expect(await rotations()).toEqual([]);
  await kms.send(new EnableKeyCommand({ KeyId }));
  expect(await rotations()).toHaveLength(1);
});

test("an on-demand rotation is in progress for a while and does not change the schedule", async () => {
  await kms.send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: 90 }));
  const status = () => kms.send(new GetKeyRotationStatusCommand({ KeyId }));
  const planned = (await status()).NextRotationDate;
  await kms.send(new RotateKeyOnDemandCommand({ KeyId }));
  expect((await status()).OnDemandRotationStartDate).toBeDefined();
  await expect(kms.send(new RotateKeyOnDemandCommand({ KeyId }))).rejects.toMatchObject({
    name: "ConflictException",
  });

  await cloud.clock.advance(60);
  expect(await status()).toMatchObject({ NextRotationDate: planned, RotationPeriodInDays: 90 });
  expect((await status()).OnDemandRotationStartDate).toBeUndefined();
  expect(await rotations()).toMatchObject([{ RotationType: "ON_DEMAND" }]);
  const all = new ListKeyRotationsCommand({ KeyId, IncludeKeyMaterial: "ALL_KEY_MATERIAL" });
  expect((await kms.send(all)).Rotations).toMatchObject([
    { KeyMaterialState: "NON_CURRENT" },
    { KeyMaterialState: "CURRENT" },
  ]);
});

test("a key can be rotated on demand 25 times", async () => {
  for (let count = 0; count < 25; count++) {
    await kms.send(new RotateKeyOnDemandCommand({ KeyId }));
    await cloud.clock.advance(60);
  }
  await expect(kms.send(new RotateKeyOnDemandCommand({ KeyId }))).rejects.toMatchObject({
    name: "LimitExceededException",
  });
});

test("no on-demand rotation is possible within 20 minutes of an automatic one", async () => {
  await kms.send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: 90 }));
  await cloud.clock.advance(90 * DAY - 600);
  await expect(kms.send(new RotateKeyOnDemandCommand({ KeyId }))).rejects.toMatchObject({
    name: "ConflictException",
  });
});

test.each([89, 2561])("a period of %i days is refused", async (RotationPeriodInDays) => {
  const enable = new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays });
  await expect(kms.send(enable)).rejects.toMatchObject({ name: "ValidationException" });
});

test("a key with imported material has no automatic rotation", async () => {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Origin: "EXTERNAL" }));
  const enable = new EnableKeyRotationCommand({ KeyId: KeyMetadata?.KeyId });
  await expect(kms.send(enable)).rejects.toMatchObject({
    name: "UnsupportedOperationException",
    message: expect.stringContaining("origin is EXTERNAL which is not valid for this operation"),
  });
});
