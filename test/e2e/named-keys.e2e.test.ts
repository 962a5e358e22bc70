import { randomBytes } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import {
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GetKeyRotationStatusCommand,
} from "@aws-sdk/client-kms";
import { createDeployRoles } from "../../demo/furnish";
import type { KeyDetails } from "../../scripts/engine/results";
import type { TopologyInput } from "../../topology";
import { keyArn } from "./lib/cloud-state";
import { giveDocumentedPermissions } from "./lib/deploy-role";
import { rehearse, type Rehearsal } from "./lib/rehearsal";
import { planStacks } from "./lib/terraform-plan";

/** The life of a platform team's named keys: created, replaced by the next generation, removed from the topology, deleted. */

jest.setTimeout(900_000);

const PLATFORM = "111111111111";
const HERE = "eu-west-1";
const THERE = "eu-central-1";

type Keys = NonNullable<TopologyInput["keys"]>;

const DATA: Keys = {
  "app-data": {
    account: "platform",
    regions: [HERE, THERE],
    multiRegion: true,
    rotationPeriodInDays: 180,
  },
};
const VAULT: Keys = {
  vault: { account: "platform", regions: [HERE, THERE], multiRegion: true, imported: true },
};

function topologyOf(keys: Keys): TopologyInput {
  return { name: "named", accounts: { platform: { id: PLATFORM } }, keys };
}

let cloud: Rehearsal;
const kms = (region: string) => cloud.admin(PLATFORM, region).kms;
const declare = (keys: Keys) =>
  writeFileSync(
    path.join(cloud.directory, "keyferry.config.ts"),
    `export default ${JSON.stringify(topologyOf(keys))};\n`,
  );
const lockFile = () => path.join(cloud.directory, "workspace/keyferry.lock.json");
const deploy = () => cloud.deploy("foundation-*");

async function described(key: string, region = HERE) {
  return (await kms(region).send(new DescribeKeyCommand({ KeyId: key }))).KeyMetadata;
}

async function expectNoChange(): Promise<void> {
  const plans = await planStacks(path.join(cloud.directory, "workspace/cdktf.out"), /./, cloud.env);
  expect(plans.map(({ stack, code }) => [stack, code])).toEqual([["foundation-keys-platform", 0]]);
}

async function listed(): Promise<Readonly<Record<string, string>>> {
  const { stdout } = await cloud.keyferry("keys", "list", "--json");
  const { keys } = JSON.parse(stdout) as {
    keys: { name: string; state: string; found?: { state: string } }[];
  };
  return Object.fromEntries(keys.map(({ name, state, found }) => [name, `${state} ${found?.state ?? "-"}`]));
}

beforeAll(async () => {
  cloud = await rehearse(topologyOf({ ...DATA, ...VAULT }), 600);
  await createDeployRoles(cloud.url, cloud.topology);
  await giveDocumentedPermissions(cloud, cloud.topology, PLATFORM, {
    namesKeys: true,
    multiRegionKeys: true,
    importsKeys: true,
    deletesKeys: true,
    rotatesKeys: true,
  });
  await deploy();
});
afterAll(() => cloud.stop());

let first: string;
let ciphertext: Uint8Array | undefined;
/** Ciphertext under the first material of the imported key. */
let sealed: Uint8Array | undefined;

test("a few lines create a multi-Region key with its replica and an imported key, and the second plan is empty", async () => {
  await expectNoChange();
  first = await keyArn(cloud.admin(PLATFORM, HERE), "alias/keyferry/named/app-data");
  const primary = await described(first);
  const replica = await described("alias/keyferry/named/app-data", THERE);
  expect(primary?.MultiRegionConfiguration).toMatchObject({
    MultiRegionKeyType: "PRIMARY",
    ReplicaKeys: [{ Arn: replica?.Arn, Region: THERE }],
  });
  const { RotationPeriodInDays } = await kms(HERE).send(new GetKeyRotationStatusCommand({ KeyId: first }));
  expect(RotationPeriodInDays).toBe(180);
  expect(await described("alias/keyferry/named/vault")).toMatchObject({
    Origin: "EXTERNAL",
    KeyState: "PendingImport",
  });
  // KMS cannot replicate a key without material.
  expect((await listed())["platform/eu-central-1/vault@1"]).toBe("active -");
  ({ CiphertextBlob: ciphertext } = await kms(HERE).send(
    new EncryptCommand({ KeyId: first, Plaintext: Buffer.from("kept") }),
  ));
});

const material = (name: string) => path.join(cloud.directory, `${name}.bin`);
const bringTo = (key: string, name: string, ...more: readonly string[]) =>
  cloud.keyferry("keys", "import", key, "--material", material(name), ...more);

test("keys import accepts the name of the key's replica and says what to deploy for it, and the plan stays empty", async () => {
  writeFileSync(material("first"), randomBytes(32));
  const { code, stdout, stderr } = await bringTo("platform/eu-central-1/vault", "first");
  expect([code, stderr.includes("FAILED")]).toEqual([0, false]);
  expect(stdout).toContain("deploy 'foundation-*', which creates platform/eu-central-1/vault@1");
  expect((await described("alias/keyferry/named/vault"))?.KeyState).toBe("Enabled");
  await expectNoChange();
});

async function statusOf(key: string) {
  const { code, stdout } = await cloud.keyferry("keys", "status", key, "--json");
  expect(code).toBe(0);
  return JSON.parse(stdout) as KeyDetails;
}

test("keys rotate rotates the primary key, the replica's status shows it, and the plan stays empty", async () => {
  const replica = "platform/eu-central-1/app-data";
  expect(await cloud.keyferry("keys", "rotate", replica, "--yes")).toMatchObject({ code: 0 });
  await cloud.clock.advance(3600);
  const { rotation, ...status } = await statusOf(replica);
  expect(status).toMatchObject({ generation: 1, isCurrent: true, primaryRegion: HERE });
  expect(rotation).toMatchObject({ enabled: true, periodInDays: 180 });
  expect(rotation?.materials.map(({ state, type }) => [state, type])).toEqual([
    ["NON_CURRENT", undefined],
    ["CURRENT", "ON_DEMAND"],
  ]);
  await expectNoChange();
});

test("an imported key is rotated after new material is imported, and earlier ciphertexts stay readable", async () => {
  const vault = "platform/eu-west-1/vault";
  const early = await cloud.keyferry("keys", "rotate", vault, "--yes");
  expect([early.code, early.stdout]).toEqual([3, expect.stringContaining("--for-rotation")]);
  ({ CiphertextBlob: sealed } = await kms(HERE).send(
    new EncryptCommand({ KeyId: "alias/keyferry/named/vault", Plaintext: Buffer.from("kept") }),
  ));
  writeFileSync(material("next"), randomBytes(32));
  // The second import is like repeating an interrupted one.
  const bring = () => bringTo(vault, "next", "--for-rotation");
  for (const time of [bring, bring]) expect(await time()).toMatchObject({ code: 0 });
  expect(await cloud.keyferry("keys", "rotate", vault, "--yes")).toMatchObject({ code: 0 });
  await cloud.clock.advance(3600);
  const { rotation } = await statusOf(vault);
  expect(rotation?.materials.map(({ state, imported }) => [state, imported])).toEqual([
    ["NON_CURRENT", true],
    ["CURRENT", true],
  ]);
  const { Plaintext } = await kms(HERE).send(new DecryptCommand({ CiphertextBlob: sealed }));
  expect(Buffer.from(Plaintext ?? []).toString()).toBe("kept");
  await expectNoChange();
});

test("changes that KMS does not support on an existing key are refused in one message, and nothing is changed", async () => {
  const before = readFileSync(lockFile(), "utf8");
  declare({
    "app-data": { account: "platform", regions: [THERE], multiRegion: true },
    vault: { account: "platform", regions: [HERE] },
  });
  const refusal = await cloud.deploy("foundation-*").catch(String);
  const stderr = String(refusal);
  expect(stderr).toContain("the primary key is in eu-west-1");
  expect(stderr).toContain("keys.vault.imported");
  expect(stderr).toContain("generation: 2");
  expect(readFileSync(lockFile(), "utf8")).toBe(before);
});

test("the next generation is a new key under the same alias, and the former key still decrypts", async () => {
  const { "app-data": data } = DATA as Required<Keys>;
  declare({ "app-data": { ...data, generation: 2 } as Keys[string], ...VAULT });
  await deploy();
  await expectNoChange();
  for (const region of [HERE, THERE]) {
    const current = await described("alias/keyferry/named/app-data", region);
    expect(current?.KeyId).not.toBe(first.split("/")[1]);
    expect(current?.KeyId).toBe((await described("alias/keyferry/named/app-data/2", region))?.KeyId);
  }
  expect(await listed()).toMatchObject({
    "platform/eu-west-1/app-data@1": "retired Enabled",
    "platform/eu-central-1/app-data@1": "retired Enabled",
    "platform/eu-west-1/app-data@2": "active Enabled",
    "platform/eu-west-1/vault@1": "active Enabled",
    "platform/eu-central-1/vault@1": "active PendingImport",
  });
  const { Plaintext } = await kms(HERE).send(new DecryptCommand({ CiphertextBlob: ciphertext }));
  expect(Buffer.from(Plaintext ?? []).toString()).toBe("kept");
});

test("the replica of an imported key, created by the deployment after the import, needs each material itself and then decrypts the primary key's ciphertexts", async () => {
  const KeyId = "alias/keyferry/named/vault";
  const read = () => kms(THERE).send(new DecryptCommand({ CiphertextBlob: sealed, KeyId }));
  for (const name of ["first", "next"]) {
    await expect(read()).rejects.toThrow("is pending import");
    expect(await bringTo("platform/eu-west-1/vault", name)).toMatchObject({ code: 0 });
  }
  expect(Buffer.from((await read()).Plaintext ?? []).toString()).toBe("kept");
  await expectNoChange();
});

test("keys that are removed from the topology are retired and keep their aliases, and nothing is destroyed", async () => {
  declare(VAULT);
  await deploy();
  await expectNoChange();
  expect(await listed()).toMatchObject({
    "platform/eu-west-1/app-data@1": "retired Enabled",
    "platform/eu-west-1/app-data@2": "retired Enabled",
    "platform/eu-central-1/app-data@2": "retired Enabled",
  });
  expect((await described("alias/keyferry/named/app-data", THERE))?.KeyState).toBe("Enabled");
});

test("without the lock file every key leaves Terraform's state but stays in AWS, and keys adopt finds each generation", async () => {
  const before = readFileSync(lockFile(), "utf8");
  rmSync(lockFile());
  await deploy();
  expect(Object.values(await states())).toEqual(["Enabled", "Enabled", "Enabled", "Enabled"]);
  const { code } = await cloud.keyferry("keys", "adopt");
  expect(code).toBe(0);
  await deploy();
  await expectNoChange();
  expect(Object.keys(await listed()).sort()).toEqual(Object.keys(names(JSON.parse(before) as object)).sort());
});

test("a primary key cannot be deleted before its replicas", async () => {
  const early = await cloud.keyferry("keys", "delete", "platform/eu-west-1/app-data@2", "--yes");
  expect([early.code, early.stdout]).toEqual([3, expect.stringContaining("delete the replicas first")]);
  for (const key of ["platform/eu-central-1/app-data@2", "platform/eu-central-1/app-data@1"]) {
    expect(await cloud.keyferry("keys", "delete", key, "--yes")).toMatchObject({ code: 0 });
  }
  await deploy();
  await expectNoChange();
  expect(await listed()).toMatchObject({ "platform/eu-central-1/app-data@2": "deleted PendingDeletion" });
  await expect(described("alias/keyferry/named/app-data", THERE)).rejects.toThrow("not found");
});

async function states(): Promise<Readonly<Record<string, string | undefined>>> {
  const found: Record<string, string | undefined> = {};
  for (const region of [HERE, THERE])
    for (const generation of [1, 2]) {
      const alias = `alias/keyferry/named/app-data/${generation}`;
      found[`${region} ${generation}`] = (await described(alias, region))?.KeyState;
    }
  return found;
}

/** The names that `keys list` prints for the keys of a lock file. */
function names(lock: any): Readonly<Record<string, true>> {
  const { keys } = lock.topologies.named.accounts[PLATFORM];
  const all = Object.entries(keys as Record<string, object>).flatMap(([region, purposes]) =>
    Object.keys(purposes).map((purpose) => [`platform/${region}/${purpose}`, true]),
  );
  return Object.fromEntries(all) as Readonly<Record<string, true>>;
}
