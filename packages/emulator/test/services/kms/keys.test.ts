import {
  CancelKeyDeletionCommand,
  ConnectCustomKeyStoreCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  EncryptCommand,
  DecryptCommand,
  GetKeyRotationStatusCommand,
  ListKeysCommand,
  ListResourceTagsCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  type KMSClient,
} from "@aws-sdk/client-kms";
import { administratorOf, DST, SRC, startTestCloud, type TestCloud } from "../../lib/cloud";
import { createKey } from "./lib";

const DAY = 86_400;

let cloud: TestCloud;
let kms: KMSClient;
beforeEach(async () => {
  cloud = await startTestCloud();
  kms = cloud.kms(administratorOf(SRC));
});
afterEach(() => cloud.stop());

const plaintext = { Plaintext: Buffer.from("data") };

test("a key is found by its id and its ARN, in its own Region only", async () => {
  const { Arn, KeyId } = await createKey(cloud, SRC, { Description: "home" });
  const byId = await kms.send(new DescribeKeyCommand({ KeyId }));

  expect(byId.KeyMetadata).toMatchObject({
    Arn,
    KeyState: "Enabled",
    KeyManager: "CUSTOMER",
    Description: "home",
  });
  const elsewhere = cloud.kms(administratorOf(SRC), "eu-central-1");
  await expect(elsewhere.send(new DescribeKeyCommand({ KeyId }))).rejects.toMatchObject({
    name: "NotFoundException",
    message: `Key 'arn:aws:kms:eu-central-1:${SRC}:key/${KeyId}' does not exist`,
  });
  await expect(elsewhere.send(new DescribeKeyCommand({ KeyId: Arn }))).rejects.toMatchObject({
    name: "NotFoundException",
  });
});

test("each account lists its own keys, page by page", async () => {
  for (const account of [SRC, SRC, SRC, DST]) await createKey(cloud, account);
  const first = await kms.send(new ListKeysCommand({ Limit: 2 }));
  const second = await kms.send(new ListKeysCommand({ Limit: 2, Marker: first.NextMarker }));

  expect([first.Keys?.length, first.Truncated]).toEqual([2, true]);
  expect([second.Keys?.length, second.Truncated]).toEqual([1, false]);
});

test("a disabled key encrypts nothing until it is enabled", async () => {
  const { Arn, KeyId } = await createKey(cloud);
  await kms.send(new DisableKeyCommand({ KeyId }));
  await expect(kms.send(new EncryptCommand({ KeyId, ...plaintext }))).rejects.toMatchObject({
    name: "DisabledException",
    message: `${Arn} is disabled.`,
  });
  await kms.send(new EnableKeyCommand({ KeyId }));
  await expect(kms.send(new EncryptCommand({ KeyId, ...plaintext }))).resolves.toHaveProperty(
    "CiphertextBlob",
  );
});

test("a key pending deletion can only be described, and is deleted after its waiting period", async () => {
  const { Arn, KeyId } = await createKey(cloud);
  await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
  await expect(kms.send(new EnableKeyCommand({ KeyId }))).rejects.toMatchObject({
    name: "KMSInvalidStateException",
    message: `${Arn} is pending deletion.`,
  });

  await cloud.clock.advance(7 * DAY - 1);
  const waiting = await kms.send(new DescribeKeyCommand({ KeyId }));
  expect(waiting.KeyMetadata?.KeyState).toBe("PendingDeletion");
  await cloud.clock.advance(1);
  await expect(kms.send(new DescribeKeyCommand({ KeyId }))).rejects.toMatchObject({
    name: "NotFoundException",
  });
});

test("a cancelled deletion leaves the key disabled, permanently", async () => {
  const { KeyId } = await createKey(cloud);
  await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
  await kms.send(new CancelKeyDeletionCommand({ KeyId }));
  await cloud.clock.advance(30 * DAY);

  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
  expect(KeyMetadata?.KeyState).toBe("Disabled");
});

test("a waiting period under 7 days is refused", async () => {
  const { KeyId } = await createKey(cloud);
  await expect(
    kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 6 })),
  ).rejects.toMatchObject({ name: "ValidationException" });
});

test("rotation happens on the clock, and old ciphertexts still decrypt", async () => {
  const { KeyId } = await createKey(cloud);
  await kms.send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: 90 }));
  const before = await kms.send(new EncryptCommand({ KeyId, ...plaintext }));
  await cloud.clock.advance(91 * DAY);

  const status = await kms.send(new GetKeyRotationStatusCommand({ KeyId }));
  expect(status).toMatchObject({ KeyRotationEnabled: true, RotationPeriodInDays: 90 });
  const opened = await kms.send(new DecryptCommand({ CiphertextBlob: before.CiphertextBlob }));
  expect(Buffer.from(opened.Plaintext ?? []).toString()).toBe("data");
});

test("tags are set, replaced and removed", async () => {
  const { KeyId } = await createKey(cloud, SRC, { Tags: [{ TagKey: "team", TagValue: "a" }] });
  const Tags = [
    { TagKey: "team", TagValue: "b" },
    { TagKey: "stage", TagValue: "prod" },
  ];
  await kms.send(new TagResourceCommand({ KeyId, Tags }));
  await kms.send(new UntagResourceCommand({ KeyId, TagKeys: ["stage"] }));

  const listed = await kms.send(new ListResourceTagsCommand({ KeyId }));
  expect(listed.Tags).toEqual([{ TagKey: "team", TagValue: "b" }]);
});

const tags = (count: number) =>
  [...Array(count).keys()].map((n) => ({ TagKey: `key${n}`, TagValue: "value" }));

test.each([
  ["a reserved tag", { Tags: [{ TagKey: "AWS:x", TagValue: "" }] }, "TagException", "aws: are reserved"],
  ["a tag twice", { Tags: [...tags(1), ...tags(1)] }, "TagException", "Duplicate tag keys"],
  ["51 tags", { Tags: tags(51) }, "TagException", "Too many tags"],
  ["a long key", { Tags: [{ TagKey: "k".repeat(129), TagValue: "" }] }, "ValidationException", "tagKey"],
  ["a long value", { Tags: [{ TagKey: "k", TagValue: "v".repeat(257) }] }, "ValidationException", "tagValue"],
  ["a long description", { Description: "d".repeat(8193) }, "ValidationException", "description"],
])("a key with %s is refused", async (_what, input, name, text) => {
  await expect(kms.send(new CreateKeyCommand(input))).rejects.toMatchObject({
    name,
    message: expect.stringContaining(text),
  });
});

test("a key has at most 50 tags, regardless of how they were set", async () => {
  const { KeyId } = await createKey(cloud, SRC, { Tags: tags(50) });
  const tag = (TagKey: string) =>
    kms.send(new TagResourceCommand({ KeyId, Tags: [{ TagKey, TagValue: "again" }] }));
  await expect(tag("key0")).resolves.toBeDefined();
  await expect(tag("one-more")).rejects.toMatchObject({ name: "TagException" });
});

test("the AWS managed key of EBS is created at first use and cannot be changed", async () => {
  const first = await kms.send(new DescribeKeyCommand({ KeyId: "alias/aws/ebs" }));
  const again = await kms.send(new DescribeKeyCommand({ KeyId: "alias/aws/ebs" }));
  const KeyId = first.KeyMetadata?.KeyId;

  expect(first.KeyMetadata?.KeyManager).toBe("AWS");
  expect(again.KeyMetadata?.KeyId).toBe(KeyId);
  await expect(kms.send(new DisableKeyCommand({ KeyId }))).rejects.toMatchObject({
    name: "AccessDeniedException",
  });
  await expect(kms.send(new EncryptCommand({ KeyId, ...plaintext }))).rejects.toMatchObject({
    name: "AccessDeniedException",
  });
});

test.each([
  ["imported pairs", { KeySpec: "RSA_2048", KeyUsage: "SIGN_VERIFY", Origin: "EXTERNAL" }],
  ["keys in a custom key store", { Origin: "AWS_CLOUDHSM" }],
] as const)("%s are not modelled and are refused", async (_what, input) => {
  await expect(kms.send(new CreateKeyCommand(input))).rejects.toMatchObject({
    name: "UnsupportedOperationException",
  });
});

test("an operation that is not modelled is refused by name", async () => {
  await expect(kms.send(new ConnectCustomKeyStoreCommand({ CustomKeyStoreId: "x" }))).rejects.toMatchObject({
    name: "UnsupportedOperation",
    message: expect.stringContaining("kms:ConnectCustomKeyStore"),
  });
});
