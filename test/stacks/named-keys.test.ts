import fs from "node:fs";
import path from "node:path";
import { synthesise, synthSettings } from "../../stacks";
import {
  lockText,
  parseLock,
  resolveTopology,
  withGrantsSettled,
  withKey,
  type KeyRecord,
  type TopologyInput,
} from "../../topology";
import {
  addresses,
  policyOf,
  resources,
  temporaryDirectory,
  type Synthesised,
} from "../_helpers/synthesised";

const PLATFORM = "111111111111";
const ACCOUNTS = { platform: { id: PLATFORM }, prod: { id: "222222222222" } };
type Keys = NonNullable<TopologyInput["keys"]>;
interface KeysStack extends Synthesised {
  readonly removed: readonly { readonly from: string }[];
  readonly import?: readonly { readonly to: string; readonly id: string }[];
}

let directory: string;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => fs.rmSync(directory, { recursive: true }));

/** The keys stack after a deployment of the topology with these keys, with the lock file of the earlier deployments. */
function stackOf(keys: Keys): KeysStack {
  stacksOf(keys);
  return stack("foundation-keys-platform");
}

/** The names of all stacks. */
function stacksOf(keys: Keys, accounts: TopologyInput["accounts"] = ACCOUNTS): readonly string[] {
  const topology = resolveTopology({
    name: "named",
    accounts,
    // Keeps the topology valid when all other keys leave.
    keys: { other: { account: "platform", regions: ["us-east-1"] }, ...keys },
  });
  return synthesise(topology, synthSettings({}, directory));
}

function stack(name: string): KeysStack {
  const file = path.join(directory, `cdktf.out/stacks/${name}/cdk.tf.json`);
  return JSON.parse(fs.readFileSync(file, "utf8")) as KeysStack;
}

/** The statements of a key's policy by Region, without those that every key has. */
function rowsOf(keys: KeysStack, type: string, region: string): readonly string[] {
  const [key = {}] = resources(keys, type).filter(
    ({ provider, description }) => provider === `aws.${region}` && !String(description).includes("other"),
  );
  return policyOf(key)
    .Statement.map(({ Sid }) => Sid)
    .filter((sid) => !["AccountDecidesByIam", "NobodySchedulesDeletion"].includes(sid));
}

function remember(region: string, purpose: `${string}@${number}`, change: Partial<KeyRecord>): void {
  const file = path.join(directory, "keyferry.lock.json");
  const lock = parseLock(fs.readFileSync(file, "utf8"), file);
  fs.writeFileSync(file, lockText(withKey(lock, "named", { account: PLATFORM, region, purpose }, change)));
}

/** The alias without a generation, by Region, with the address of the key that it points to. */
function pointed(stack: Synthesised, alias: string): Readonly<Record<string, string>> {
  const aliases = resources(stack, "aws_kms_alias").filter(({ name }) => name === alias);
  return Object.fromEntries(
    aliases.map(({ provider, target_key_id: target }) => [
      String(provider).replace("aws.", ""),
      String(target).replace(/^\$\{(.*)_[0-9A-F]{8}\.\w+\}$/, "$1"),
    ]),
  );
}

const DATA: Keys[string] = { account: "platform", regions: ["eu-west-1", "eu-central-1"] };

test("each Region has a key with the alias of its generation and the alias that points to it", () => {
  const stack = stackOf({ data: { ...DATA, rotationPeriodInDays: 90 } });
  const keys = resources(stack, "aws_kms_key").filter(({ provider }) => provider !== "aws.us-east-1");
  expect(keys).toMatchObject([
    { enable_key_rotation: true, rotation_period_in_days: 90, lifecycle: { prevent_destroy: true } },
    { enable_key_rotation: true, rotation_period_in_days: 90, lifecycle: { prevent_destroy: true } },
  ]);
  for (const key of keys)
    expect(policyOf(key).Statement.map(({ Sid }) => Sid)).toEqual([
      "AccountDecidesByIam",
      "NobodySchedulesDeletion",
    ]);
  expect(pointed(stack, "alias/keyferry/named/data")).toEqual({
    "eu-west-1": "aws_kms_key.key-data-1-eu-west-1",
    "eu-central-1": "aws_kms_key.key-data-1-eu-central-1",
  });
});

test("the next generation gets the alias at its address, and the former key keeps its address", () => {
  const before = addresses(stackOf({ data: DATA }));
  const after = stackOf({ data: { ...DATA, generation: 2 } });
  expect(before.filter((address) => !addresses(after).includes(address))).toEqual([]);
  expect(pointed(after, "alias/keyferry/named/data")).toEqual({
    "eu-west-1": "aws_kms_key.key-data-2-eu-west-1",
    "eu-central-1": "aws_kms_key.key-data-2-eu-central-1",
  });
});

test("a multi-Region key has replicas under its alias; a replica that leaves the topology keeps its address", () => {
  const MULTI = { ...DATA, multiRegion: true };
  const before = stackOf({ data: MULTI });
  expect(pointed(before, "alias/keyferry/named/data")).toEqual({
    "eu-west-1": "aws_kms_key.key-data-1-eu-west-1",
    "eu-central-1": "aws_kms_replica_key.key-data-1-eu-west-1_replica-eu-central-1",
  });
  const after = stackOf({ data: { ...MULTI, regions: ["eu-west-1"] } });
  expect(addresses(after)).toEqual(addresses(before));
});

test("an imported key has no rotation and no material in the stack", () => {
  const [key] = resources(
    stackOf({ vault: { ...DATA, regions: ["eu-west-1"], imported: true } }),
    "aws_kms_external_key",
  );
  expect(Object.keys(key ?? {}).filter((name) => /material|rotation|valid/.test(name))).toEqual([]);
  expect(key?.["lifecycle"]).toMatchObject({ prevent_destroy: true });
});

const VAULT: Keys[string] = { ...DATA, imported: true, multiRegion: true };
const REPLICA = "aws_kms_replica_external_key.key-vault-1-eu-west-1_replica-eu-central-1";
const vaults = (stack: Synthesised) => pointed(stack, "alias/keyferry/named/vault");
const remembered = () => fs.readFileSync(path.join(directory, "keyferry.lock.json"), "utf8");

test("an imported multi-Region key gets its replicas after the lock file records its material, and keeps them", () => {
  const before = stackOf({ vault: VAULT });
  expect(resources(before, "aws_kms_external_key")).toMatchObject([{ multi_region: true }]);
  expect(vaults(before)).toEqual({ "eu-west-1": "aws_kms_external_key.key-vault-1-eu-west-1" });
  remember("eu-west-1", "vault@1", { hasMaterial: true });
  const after = stackOf({ vault: VAULT });
  expect(vaults(after)["eu-central-1"]).toBe(REPLICA);
  expect(resources(after, "aws_kms_replica_external_key")).toMatchObject([
    { lifecycle: { prevent_destroy: true, ignore_changes: ["key_material_base64", "valid_to"] } },
  ]);
  for (const edit of [
    { ...VAULT, regions: ["eu-west-1"] },
    { ...VAULT, generation: 2 },
  ])
    expect(addresses(stackOf({ vault: edit }))).toEqual(expect.arrayContaining([...addresses(after)]));
  expect(addresses(stackOf({}))).toEqual(expect.arrayContaining([...addresses(after)]));
});

test("the alias of an imported key points to the former replica until the next one is created", () => {
  stackOf({ vault: VAULT });
  remember("eu-west-1", "vault@1", { hasMaterial: true });
  stackOf({ vault: VAULT });
  const next = { vault: { ...VAULT, generation: 2 } };
  const second = "aws_kms_external_key.key-vault-2-eu-west-1";
  expect(vaults(stackOf(next))).toEqual({ "eu-west-1": second, "eu-central-1": REPLICA });
  // The alias does not move for any other reason, and another synthesis has the same result.
  expect(vaults(stackOf(next))["eu-central-1"]).toBe(REPLICA);
  remember("eu-west-1", "vault@2", { hasMaterial: true });
  expect(vaults(stackOf(next))["eu-central-1"]).toBe(REPLICA.replace("vault-1", "vault-2"));
});

test("a replica of an imported multi-Region key allows the same principals as its primary key", () => {
  const given = {
    ...VAULT,
    sharedWith: { accounts: ["prod"] },
    launchGrants: [{ account: "prod" }],
  };
  const roles = { ...ACCOUNTS, prod: { ...ACCOUNTS.prod, deployRole: "deploy" } };
  const grants = () => resources(stack("foundation-grants-prod"), "aws_kms_grant").length;
  stacksOf({ vault: given }, roles);
  expect(grants()).toBe(1);
  remember("eu-west-1", "vault@1", { hasMaterial: true });
  stacksOf({ vault: given }, roles);
  expect(grants()).toBe(2);
  const keys = stack("foundation-keys-platform");
  expect(rowsOf(keys, "aws_kms_replica_external_key", "eu-central-1")).toEqual(
    rowsOf(keys, "aws_kms_external_key", "eu-west-1"),
  );
});

test("a replica that waits for the key material is reported, and forgotten when it leaves the topology", () => {
  const told: string[] = [];
  const topology = resolveTopology({ name: "named", accounts: ACCOUNTS, keys: { vault: VAULT } });
  synthesise(topology, synthSettings({}, directory), (text) => told.push(text));
  expect(told.join("")).toContain("keyferry keys import platform/eu-west-1/vault@1");
  expect(JSON.parse(remembered())).toMatchObject({
    topologies: { named: { accounts: { [PLATFORM]: { keys: { "eu-central-1": { "vault@1": {} } } } } } },
  });
  stackOf({ vault: { ...VAULT, regions: ["eu-west-1"] } });
  expect(remembered()).not.toContain("eu-central-1");
});

test("an imported key is disabled if the lock file says so, and otherwise its state is not changed", () => {
  const keys = { vault: { ...DATA, regions: ["eu-west-1"], imported: true } };
  const [key] = resources(stackOf(keys), "aws_kms_external_key");
  expect(key).not.toHaveProperty("enabled");
  stackOf({});
  remember("eu-west-1", "vault@1", { state: "disabled" });
  expect(resources(stackOf({}), "aws_kms_external_key")).toMatchObject([{ enabled: false }]);
});

test("a key can be declared disabled", () => {
  const stack = stackOf({ data: { ...DATA, enabled: false, multiRegion: true } });
  expect(resources(stack, "aws_kms_key").filter(({ is_enabled }) => is_enabled === false)).toHaveLength(1);
  expect(resources(stack, "aws_kms_replica_key")).toMatchObject([{ enabled: false }]);
});

test("keys that leave the topology stay unchanged at their addresses, and are not destroyed", () => {
  const before = stackOf({ data: { ...DATA, multiRegion: true }, vault: { ...DATA, imported: true } });
  const after = stackOf({});
  expect(addresses(after)).toEqual(addresses(before));
});

test("a deleted key is forgotten with its aliases, and a key with an id is imported", () => {
  const before = stackOf({ data: { ...DATA, multiRegion: true } });
  stackOf({});
  remember("eu-central-1", "data@1", { state: "deleted" });
  remember("eu-west-1", "data@1", { keyId: "mrk-1234abcd12ab34cd56ef1234567890ab" });
  const after = stackOf({});
  const gone = addresses(before).filter((address) => !addresses(after).includes(address));
  expect(gone.map((address) => address.replace(/_[0-9A-F]{8}$/, ""))).toEqual([
    "aws_kms_alias.alias-data-eu-central-1",
    "aws_kms_alias.key-data-1-eu-west-1_replica-eu-central-1_Alias",
    "aws_kms_replica_key.key-data-1-eu-west-1_replica-eu-central-1",
  ]);
  expect(after.removed.map(({ from }) => from)).toEqual(expect.arrayContaining(gone));
  expect(after.import?.map(({ id }) => id)).toEqual([
    "mrk-1234abcd12ab34cd56ef1234567890ab",
    "alias/keyferry/named/data/1",
    "alias/keyferry/named/data",
  ]);
  expect(addresses(after)).toEqual(expect.arrayContaining(after.import?.map(({ to }) => to) ?? []));
});

test("keys for copies have the rotation period of the account or the topology", () => {
  const topology = (rotation: object, account: object): TopologyInput => ({
    name: "acme",
    accounts: { builder: { id: PLATFORM, ...account }, prod: { id: "222222222222" } },
    images: {
      web: {
        from: { account: "builder", region: "eu-west-1", newest: { name: "web-*" } },
        to: [{ account: "prod", regions: ["eu-west-1"] }],
      },
    },
    ...rotation,
  });
  const periods = (input: TopologyInput) => {
    synthesise(resolveTopology(input), synthSettings({}, directory));
    return ["builder", "prod"].map((name) => {
      const file = path.join(directory, `cdktf.out/stacks/foundation-keys-${name}/cdk.tf.json`);
      const stack = JSON.parse(fs.readFileSync(file, "utf8")) as Synthesised;
      return resources(stack, "aws_kms_key").map((key) => key["rotation_period_in_days"]);
    });
  };
  expect(periods(topology({}, {}))).toEqual([[undefined], [undefined]]);
  expect(periods(topology({ rotationPeriodInDays: 730 }, { rotationPeriodInDays: 90 }))).toEqual([
    [90],
    [730],
  ]);
});

const SHARE_ROWS = ["SharingAccountsDescribe", "SharingAccountsGrant", "SharingAccountsUse"];
const GRANT_ROWS = ["IssuersGrantToServiceLinkedRoles", "IssuersReadGrants"];
const SHARED: Keys[string] = {
  ...DATA,
  multiRegion: true,
  sharedWith: { accounts: ["prod"] },
  launchGrants: [{ account: "prod" }],
};

test("the key and its replica allow the same principals, each through its own Region", () => {
  const keys = stackOf({ data: SHARED });
  for (const [type, region] of [
    ["aws_kms_key", "eu-west-1"],
    ["aws_kms_replica_key", "eu-central-1"],
  ] as const) {
    expect(rowsOf(keys, type, region)).toEqual([...SHARE_ROWS, ...GRANT_ROWS]);
    const [text = ""] = resources(keys, type)
      .map(({ policy }) => String(policy))
      .filter((one) => one.includes("Sharing"));
    expect([...new Set(text.match(/ec2\.[\w-]+\.amazonaws/g))]).toEqual([`ec2.${region}.amazonaws`]);
  }
});

test("a replica whose Region leaves the topology allows no other account any more, and the primary key is not changed", () => {
  stackOf({ data: SHARED });
  const keys = stackOf({ data: { ...SHARED, regions: ["eu-west-1"] } });
  expect(rowsOf(keys, "aws_kms_key", "eu-west-1")).toEqual([...SHARE_ROWS, ...GRANT_ROWS]);
  // Until its grants are known to be retired, the account that created them can read them.
  expect(rowsOf(keys, "aws_kms_replica_key", "eu-central-1")).toEqual(["IssuersReadGrants"]);
});

test("a former generation is shared like the key, until the key leaves the topology", () => {
  const shared = { ...SHARED, multiRegion: false, regions: ["eu-west-1"] };
  stackOf({ data: shared });
  const sharing = (keys: KeysStack) =>
    resources(keys, "aws_kms_key").filter(({ policy }) => String(policy).includes("SharingAccountsUse"));
  expect(sharing(stackOf({ data: { ...shared, generation: 2 } }))).toHaveLength(2);
  expect(sharing(stackOf({}))).toEqual([]);
});

test("grants are created by a stack of the launching account, on each key under which it launches", () => {
  expect(stacksOf({ data: SHARED })).toEqual(["foundation-keys-platform", "foundation-grants-prod"]);
  const grants = stack("foundation-grants-prod");
  expect(
    resources(grants, "aws_kms_grant").map(({ name, provider, retire_on_delete }) => [
      name,
      provider,
      retire_on_delete,
    ]),
  ).toEqual([
    ["keyferry/named/autoscaling", "aws.eu-central-1", true],
    ["keyferry/named/autoscaling", "aws.eu-west-1", true],
  ]);
  for (const { key_id: key } of resources(grants, "aws_kms_grant"))
    expect(key).toMatch(
      /^\$\{data\.terraform_remote_state\.cross-stack-reference-input-foundation-keys-platform/,
    );
});

test("the account's own service-linked roles also get grants, which need no statement in the key policy", () => {
  const own = {
    ...DATA,
    regions: ["eu-west-1"],
    launchGrants: [{ account: "platform", awsServiceName: "spot.amazonaws.com" as const }],
  };
  expect(stacksOf({ data: own })).toEqual(["foundation-keys-platform", "foundation-grants-platform"]);
  expect(rowsOf(stack("foundation-keys-platform"), "aws_kms_key", "eu-west-1")).toEqual([]);
});

test("a removed grant leaves an empty stack that retires it, and the permission to read it until then", () => {
  stacksOf({ data: SHARED });
  const rest = { ...DATA, multiRegion: true, sharedWith: { accounts: ["prod"] } };
  expect(stacksOf({ data: rest })).toEqual(["foundation-keys-platform", "foundation-grants-prod"]);
  expect(resources(stack("foundation-grants-prod"), "aws_kms_grant")).toEqual([]);
  expect(rowsOf(stack("foundation-keys-platform"), "aws_kms_key", "eu-west-1")).toEqual([
    ...SHARE_ROWS,
    "IssuersReadGrants",
  ]);
  settle(rest, ACCOUNTS);
  expect(rowsOf(stackOf({ data: rest }), "aws_kms_key", "eu-west-1")).toEqual(SHARE_ROWS);
});

test("an account that leaves the topology has a dropped stack for its grants, and keeps only the permission to read them", () => {
  stacksOf({ data: SHARED });
  const rest = { ...DATA, multiRegion: true };
  const names = stacksOf({ data: rest }, { platform: { id: PLATFORM } });
  expect(names).toEqual(["foundation-keys-platform", "dropped-grants-prod"]);
  expect(rowsOf(stack("foundation-keys-platform"), "aws_kms_key", "eu-west-1")).toEqual([
    "IssuersReadGrants",
  ]);
});

/** Records that the grants of prod are as declared, as a deployment does. */
function settle(data: Keys[string], accounts: TopologyInput["accounts"]): void {
  const file = path.join(directory, "keyferry.lock.json");
  const topology = resolveTopology({
    name: "named",
    accounts,
    keys: { other: { account: "platform", regions: ["us-east-1"] }, data },
  });
  const lock = parseLock(fs.readFileSync(file, "utf8"), file);
  fs.writeFileSync(file, lockText(withGrantsSettled(lock, topology, "222222222222")));
}
