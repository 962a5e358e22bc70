import {
  DescribeKeyCommand,
  EncryptCommand,
  GetKeyLastUsageCommand,
  ReEncryptCommand,
  type KMSClient,
} from "@aws-sdk/client-kms";
import { administratorOf, DST, REGION, SRC, startTestCloud, type TestCloud } from "../../lib/cloud";
import { createKey, keyPolicy } from "./lib";

let cloud: TestCloud;
let kms: KMSClient;
beforeEach(async () => {
  cloud = await startTestCloud();
  kms = cloud.kms(administratorOf(SRC));
});
afterEach(() => cloud.stop());

const lastUsage = (KeyId: string, by = kms) => by.send(new GetKeyLastUsageCommand({ KeyId }));
const Plaintext = Buffer.from("text");

test("a key that was only described has not been used", async () => {
  const { KeyId, CreationDate } = await createKey(cloud);
  await kms.send(new DescribeKeyCommand({ KeyId }));
  const answer = await lastUsage(KeyId);
  expect(answer.KeyLastUsage).toBeUndefined();
  expect([answer.KeyCreationDate, answer.TrackingStartDate]).toEqual([CreationDate, CreationDate]);
});

test("another account's use counts, a refused call and a dry run do not, and the event belongs to the owner", async () => {
  const Policy = keyPolicy(SRC, { Principal: { AWS: DST }, Action: "kms:Encrypt", Resource: "*" });
  const { Arn: KeyId } = await createKey(cloud, SRC, { Policy });
  const foreign = cloud.kms(administratorOf(DST));
  await foreign.send(new EncryptCommand({ KeyId, Plaintext }));
  const { KeyLastUsage } = await lastUsage(KeyId);
  await cloud.clock.advance(60);
  await expect(kms.send(new EncryptCommand({ KeyId, Plaintext, DryRun: true }))).rejects.toThrow();
  await expect(kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.alloc(5000) }))).rejects.toThrow();

  const [event] = cloud.composition.cloud.trail.of(SRC, REGION).filter(({ name }) => name === "Encrypt");
  expect(event).toBeDefined();
  expect(KeyLastUsage).toMatchObject({ Operation: "Encrypt", CloudTrailEventId: expect.any(String) });
  expect((await lastUsage(KeyId)).KeyLastUsage).toMatchObject({ Timestamp: KeyLastUsage?.Timestamp });
  await expect(lastUsage(KeyId, foreign)).rejects.toMatchObject({ name: "AccessDeniedException" });
});

test("re-encryption counts as a use of both keys", async () => {
  const [from, to] = [await createKey(cloud), await createKey(cloud)];
  const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId: from.KeyId, Plaintext }));
  await kms.send(new ReEncryptCommand({ CiphertextBlob, DestinationKeyId: to.KeyId }));
  for (const { KeyId } of [from, to])
    expect((await lastUsage(KeyId)).KeyLastUsage).toMatchObject({ Operation: "ReEncrypt" });
});

test("a use by EBS on a caller's behalf counts", async () => {
  const { KeyId, Arn } = await createKey(cloud);
  const { keys } = cloud.composition.cloud;
  const key = keys.find(Arn, SRC, REGION);
  const caller = await cloud.composition.cloud.identities.authenticate({
    ...administratorOf(SRC),
    service: "ec2",
    region: REGION,
  });
  if (key === undefined) throw new Error("the key was not found");
  const via = { service: "ec2", encryptionContext: { "aws:ebs:id": "vol-1" } };
  await keys.allows(caller, "kms:CreateGrant", key, via);
  expect((await lastUsage(KeyId)).KeyLastUsage).toBeUndefined();
  await keys.allows(caller, "kms:GenerateDataKeyWithoutPlaintext", key, via);
  expect((await lastUsage(KeyId)).KeyLastUsage).toMatchObject({
    Operation: "GenerateDataKeyWithoutPlaintext",
    CloudTrailEventId: expect.any(String),
  });
});
