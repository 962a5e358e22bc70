import {
  CancelKeyDeletionCommand,
  CreateGrantCommand,
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyRotationCommand,
  EncryptCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  ListGrantsCommand,
  ListResourceTagsCommand,
  ReplicateKeyCommand,
  ScheduleKeyDeletionCommand,
  UpdatePrimaryRegionCommand,
  type KMSClient,
} from "@aws-sdk/client-kms";
import {
  administratorOf,
  DST,
  policy,
  REGION,
  SRC,
  startTestCloud,
  trusting,
  type TestCloud,
} from "../../lib/cloud";
import { createKey, keyPolicy } from "./lib";

const OTHER = "eu-central-1";
const DAY = 86_400;

let cloud: TestCloud;
let here: KMSClient;
let there: KMSClient;
let KeyId: string;
beforeEach(async () => {
  cloud = await startTestCloud();
  here = cloud.kms(administratorOf(SRC));
  there = cloud.kms(administratorOf(SRC), OTHER);
  const Policy = keyPolicy(SRC, { Principal: { AWS: DST }, Action: "kms:Decrypt", Resource: "*" });
  const Tags = [{ TagKey: "a", TagValue: "b" }];
  KeyId = (await createKey(cloud, SRC, { MultiRegion: true, Policy, Tags })).KeyId;
});
afterEach(() => cloud.stop());

async function replicate(): Promise<void> {
  await here.send(new ReplicateKeyCommand({ KeyId, ReplicaRegion: OTHER }));
  await cloud.clock.advance(10);
}
const describe = async (kms: KMSClient) => (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata;

test("a replica is being created for a moment, then has the primary's id and material", async () => {
  expect(KeyId).toMatch(/^mrk-[0-9a-f]{32}$/);
  const { ReplicaKeyMetadata } = await here.send(new ReplicateKeyCommand({ KeyId, ReplicaRegion: OTHER }));
  expect(ReplicaKeyMetadata).toMatchObject({ KeyId, KeyState: "Creating", MultiRegion: true });
  await cloud.clock.advance(10);
  expect(await describe(there)).toMatchObject({
    KeyState: "Enabled",
    MultiRegionConfiguration: {
      MultiRegionKeyType: "REPLICA",
      PrimaryKey: { Region: REGION },
      ReplicaKeys: [{ Region: OTHER }],
    },
  });
  const { CiphertextBlob } = await here.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from("x") }));
  await expect(there.send(new DecryptCommand({ CiphertextBlob }))).resolves.toHaveProperty("Plaintext");
});

test("a single-Region key cannot decrypt in another Region", async () => {
  const single = await createKey(cloud);
  const encrypt = new EncryptCommand({ KeyId: single.KeyId, Plaintext: Buffer.from("x") });
  const { CiphertextBlob } = await here.send(encrypt);
  await expect(there.send(new DecryptCommand({ CiphertextBlob }))).rejects.toMatchObject({
    name: "AccessDeniedException",
    message: expect.stringContaining("the resource does not exist in this Region"),
  });
});

test("each key has its own policy, grants, tags and state", async () => {
  await here.send(
    new CreateGrantCommand({ KeyId, GranteePrincipal: `arn:aws:iam::${DST}:root`, Operations: ["Decrypt"] }),
  );
  await replicate();
  const { Policy } = await there.send(new GetKeyPolicyCommand({ KeyId }));
  expect(Policy).not.toContain(DST);
  expect((await there.send(new ListGrantsCommand({ KeyId }))).Grants).toEqual([]);
  expect((await there.send(new ListResourceTagsCommand({ KeyId }))).Tags).toEqual([]);

  await there.send(new DisableKeyCommand({ KeyId }));
  expect((await describe(here))?.KeyState).toBe("Enabled");
});

test("rotation is set on the primary and shown on the replica", async () => {
  await replicate();
  await expect(there.send(new EnableKeyRotationCommand({ KeyId }))).rejects.toMatchObject({
    name: "UnsupportedOperationException",
  });
  await here.send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: 90 }));
  const before = await describe(there);
  expect(await there.send(new GetKeyRotationStatusCommand({ KeyId }))).toMatchObject({
    KeyRotationEnabled: true,
    RotationPeriodInDays: 90,
  });
  await cloud.clock.advance(90 * DAY);
  const after = await describe(there);
  expect(after?.CurrentKeyMaterialId).not.toBe(before?.CurrentKeyMaterialId);
  expect((await describe(here))?.CurrentKeyMaterialId).toBe(after?.CurrentKeyMaterialId);
});

test("a Region can have one replica, and a replica or a single-Region key cannot be replicated", async () => {
  await replicate();
  const again = new ReplicateKeyCommand({ KeyId, ReplicaRegion: OTHER });
  await expect(here.send(again)).rejects.toMatchObject({ name: "AlreadyExistsException" });
  const onwards = new ReplicateKeyCommand({ KeyId, ReplicaRegion: "eu-west-3" });
  await expect(there.send(onwards)).rejects.toMatchObject({ name: "UnsupportedOperationException" });
  const single = (await createKey(cloud)).KeyId;
  const fromSingle = new ReplicateKeyCommand({ KeyId: single, ReplicaRegion: OTHER });
  await expect(here.send(fromSingle)).rejects.toMatchObject({ name: "UnsupportedOperationException" });
});

test("replication needs ReplicateKey on the primary and CreateKey in the other Region", async () => {
  const Arn = (await describe(here))?.Arn ?? "";
  const attempt = async (name: string, condition: object) => {
    const statements = [
      { Action: "kms:ReplicateKey", Resource: Arn },
      { Action: "kms:CreateKey", Resource: "*", Condition: condition },
    ];
    const trust = trusting(SRC);
    const policies = Object.fromEntries(statements.map((statement, i) => [`p${i}`, policy(statement)]));
    const role = cloud.moto.addRole(SRC, name, { trust, policies });
    const input = { KeyId, ReplicaRegion: OTHER, BypassPolicyLockoutSafetyCheck: true };
    return cloud.kms(await cloud.session(SRC, role)).send(new ReplicateKeyCommand(input));
  };
  const inRegion = (region: string) => ({ StringEquals: { "aws:RequestedRegion": region } });
  await expect(attempt("home-only", inRegion(REGION))).rejects.toMatchObject({
    message: expect.stringContaining("kms:CreateKey"),
  });
  await expect(attempt("away", inRegion(OTHER))).resolves.toHaveProperty("ReplicaKeyMetadata");
});

test("the primary waits for its replicas before its own waiting period begins", async () => {
  await replicate();
  const schedule = (kms: KMSClient) =>
    kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
  expect(await schedule(here)).toMatchObject({ KeyState: "PendingReplicaDeletion", PendingWindowInDays: 7 });
  expect(await describe(here)).toMatchObject({ PendingDeletionWindowInDays: 7 });
  await cloud.clock.advance(30 * DAY);
  expect((await describe(here))?.KeyState).toBe("PendingReplicaDeletion");

  await schedule(there);
  await cloud.clock.advance(7 * DAY);
  expect((await describe(here))?.KeyState).toBe("PendingDeletion");
  await cloud.clock.advance(7 * DAY);
  await expect(describe(here)).rejects.toMatchObject({ name: "NotFoundException" });
});

test("deletion of a primary that waits for its replicas can be cancelled", async () => {
  await replicate();
  await here.send(new ScheduleKeyDeletionCommand({ KeyId }));
  await here.send(new CancelKeyDeletionCommand({ KeyId }));
  expect((await describe(here))?.KeyState).toBe("Disabled");
});

test("primary and replica can be exchanged, and are usable during the change", async () => {
  await replicate();
  await here.send(new UpdatePrimaryRegionCommand({ KeyId, PrimaryRegion: OTHER }));
  expect((await describe(here))?.KeyState).toBe("Updating");
  await here.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from("x") }));
  await expect(here.send(new DisableKeyCommand({ KeyId }))).rejects.toMatchObject({
    name: "KMSInvalidStateException",
  });
  await cloud.clock.advance(10);
  expect(await describe(there)).toMatchObject({
    KeyState: "Enabled",
    MultiRegionConfiguration: { MultiRegionKeyType: "PRIMARY", ReplicaKeys: [{ Region: REGION }] },
  });
  await expect(
    here.send(new ReplicateKeyCommand({ KeyId, ReplicaRegion: "eu-west-3" })),
  ).rejects.toMatchObject({ name: "UnsupportedOperationException" });
});

test("a Region without a replica cannot become the primary Region", async () => {
  const update = new UpdatePrimaryRegionCommand({ KeyId, PrimaryRegion: OTHER });
  await expect(here.send(update)).rejects.toMatchObject({ name: "NotFoundException" });
  await expect(here.send(new CreateKeyCommand({}))).resolves.toHaveProperty("KeyMetadata");
});
