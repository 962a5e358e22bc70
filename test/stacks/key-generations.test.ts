import fs from "node:fs";
import path from "node:path";
import { synthesise, synthSettings } from "../../stacks";
import {
  lockText,
  parseLock,
  rememberedKeys,
  resolveTopology,
  withKey,
  withoutKey,
  type KeyRecord,
  type Lock,
  type TopologyInput,
} from "../../topology";
import { PAIR } from "../_helpers/topologies";
import {
  addresses,
  policyOf,
  resources,
  temporaryDirectory,
  type Synthesised,
} from "../_helpers/synthesised";

const PROD = "222222222222";
const REGION = "eu-west-1";
const HOME = { account: PROD, region: REGION, purpose: "home" } as const;
type Generations = NonNullable<TopologyInput["accounts"][string]["keyGenerations"]>;
interface KeysStack extends Synthesised {
  readonly removed: readonly { readonly from: string }[];
  readonly import?: readonly { readonly to: string; readonly id: string }[];
}

let directory: string;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => fs.rmSync(directory, { recursive: true }));

/** Synthesises after the earlier deployments, with their lock file; prod may have left the topology. */
function deploy(of: { home?: Generations["home"]; transit?: Generations["transit"]; prodLeft?: true }): void {
  const { home, transit, prodLeft } = of;
  const { builder, prod } = PAIR.accounts as Record<string, { id: string }>;
  const topology = resolveTopology({
    ...PAIR,
    accounts: {
      builder: { ...builder, ...(transit === undefined ? {} : { keyGenerations: { transit } }) },
      ...(prodLeft === true
        ? {}
        : {
            prod: { ...prod, ebsDefaults: true, ...(home === undefined ? {} : { keyGenerations: { home } }) },
          }),
    },
    ...(prodLeft === true
      ? {
          images: { web: { ...PAIR.images["web"], to: [{ account: "builder", regions: ["eu-central-1"] }] } },
        }
      : {}),
  } as TopologyInput);
  synthesise(topology, synthSettings({}, directory));
}

function stack(name = "foundation-keys-prod"): KeysStack {
  const file = path.join(directory, `cdktf.out/stacks/${name}/cdk.tf.json`);
  return JSON.parse(fs.readFileSync(file, "utf8")) as KeysStack;
}

function text(name: string): string {
  return fs.readFileSync(path.join(directory, `cdktf.out/stacks/${name}/cdk.tf.json`), "utf8");
}

function lock(): Lock {
  const file = path.join(directory, "keyferry.lock.json");
  return parseLock(fs.readFileSync(file, "utf8"), file);
}

function remember(change: (before: Lock) => Lock): void {
  fs.writeFileSync(path.join(directory, "keyferry.lock.json"), lockText(change(lock())));
}

function change(purpose: "home" | `home@${number}`, record: Partial<KeyRecord>): void {
  remember((before) => withKey(before, "acme", { ...HOME, purpose }, record));
}

/** Each alias of the Region, with its address and the key to which it points. */
function aliases(from: Synthesised = stack()): Readonly<Record<string, readonly [string, string]>> {
  return Object.fromEntries(
    Object.entries(from.resource?.["aws_kms_alias"] ?? {}).map(([id, body]) => [
      String(body["name"]).replace("alias/keyferry/acme/", ""),
      [
        id.replace(/_[0-9A-F]{8}$/, ""),
        String(body["target_key_id"]).replace(/^\$\{aws_kms_key\.(.*)_[0-9A-F]{8}\.\w+\}$/, "$1"),
      ],
    ]),
  );
}

function statesOf(account = PROD): Readonly<Record<string, string>> {
  return Object.fromEntries(
    rememberedKeys(lock(), "acme")
      .filter((key) => key.account === account)
      .map(({ purpose, state, current }) => [purpose, `${state}${current === true ? ", current" : ""}`]),
  );
}

test("the first generation, whether declared or not, is synthesised as before", () => {
  deploy({});
  const [keys, access] = [text("foundation-keys-prod"), text("foundation-access-prod")];
  const before = lockText(lock());
  deploy({ home: 1, transit: 1 });
  expect([text("foundation-keys-prod"), text("foundation-access-prod")]).toEqual([keys, access]);
  expect(lockText(lock())).toBe(before);
});

test("the second key gets the alias at its address, and the first key keeps its address and gets an alias with its number", () => {
  deploy({});
  const before = addresses(stack());
  deploy({ home: 2 });
  expect(before.filter((address) => !addresses(stack()).includes(address))).toEqual([]);
  expect(aliases()).toEqual({
    home: ["home-eu-west-1_Alias", "home-2-eu-west-1"],
    "home/1": ["home-1-eu-west-1_Alias", "home-eu-west-1"],
    "home/2": ["home-2-eu-west-1_Alias", "home-2-eu-west-1"],
  });
  expect(statesOf()).toEqual({ home: "retired", "home@2": "active, current" });
  for (const key of resources(stack(), "aws_kms_key"))
    expect(key).toMatchObject({ lifecycle: { prevent_destroy: true } });
});

test("the alias moves only after the first key has an alias with its number", () => {
  deploy({});
  deploy({ home: 2 });
  const [moved] = resources(stack(), "aws_kms_alias").filter(
    ({ name }) => name === "alias/keyferry/acme/home",
  );
  expect(moved?.["depends_on"]).toEqual([expect.stringMatching(/^aws_kms_alias\.home-1-eu-west-1_Alias_/)]);
});

test("every user of the key's alias uses the next key: the runner role, EBS and the proof", () => {
  deploy({});
  deploy({ home: 2 });
  const output = Object.values(stack().output ?? {}).map(({ value }) => value);
  expect(output).toEqual([expect.stringContaining("home-2-eu-west-1")]);
  expect(resources(stack(), "aws_ebs_default_kms_key")).toMatchObject([
    { key_arn: expect.stringContaining("home-2-eu-west-1") as string },
  ]);
  const [first] = resources(stack(), "aws_kms_key").filter(
    ({ description }) => !String(description).includes("generation"),
  );
  // Instances and copies that were created under it still need it.
  expect(policyOf(first ?? {}).Statement.map(({ Sid }) => Sid)).toEqual(
    expect.arrayContaining(["AutoScalingUses", "DefaultKeyUses"]),
  );
});

test("a former transit key allows no other account, and the next one does", () => {
  deploy({});
  deploy({ transit: 2 });
  const others = resources(stack("foundation-keys-builder"), "aws_kms_key").map((key) => [
    /generation 2/.test(String(key["description"])),
    JSON.stringify(policyOf(key)).includes(PROD),
  ]);
  expect(others.sort()).toEqual([
    [false, false],
    [true, true],
  ]);
});

test("a third generation keeps both former keys, and going back points the alias back", () => {
  deploy({});
  deploy({ home: 2 });
  const second = addresses(stack());
  deploy({ home: 3 });
  expect(second.filter((address) => !addresses(stack()).includes(address))).toEqual([]);
  expect(aliases()["home"]).toEqual(["home-eu-west-1_Alias", "home-3-eu-west-1"]);
  expect(statesOf()).toEqual({ home: "retired", "home@2": "retired", "home@3": "active, current" });
  const third = addresses(stack());
  deploy({});
  expect(addresses(stack())).toEqual(third);
  expect(aliases()["home"]).toEqual(["home-eu-west-1_Alias", "home-eu-west-1"]);
  expect(statesOf()).toEqual({ home: "active, current", "home@2": "retired", "home@3": "retired" });
  expect(stack().removed.some(({ from }) => from.includes("home-2-") || from.includes("home-3-"))).toBe(
    false,
  );
});

test("an account that leaves the topology keeps its second key with the alias, and uses it again when it returns", () => {
  deploy({});
  deploy({ home: 2 });
  const before = addresses(stack());
  deploy({ prodLeft: true });
  const dropped = stack("dropped-keys-prod");
  const left = before.filter((address) => !addresses(dropped).includes(address));
  expect(left.filter((address) => address.startsWith("aws_kms"))).toEqual([]);
  expect(aliases(dropped)["home"]).toEqual(["home-eu-west-1_Alias", "home-2-eu-west-1"]);
  expect(statesOf()).toEqual({ home: "retired", "home@2": "retired, current" });
  deploy({ home: 2 });
  expect(addresses(stack())).toEqual(before);
  expect(statesOf()).toEqual({ home: "retired", "home@2": "active, current" });
});

test("one Region can have its next key while the others keep theirs", () => {
  deploy({ home: { "us-east-1": 2 } });
  expect(aliases()).toEqual({ home: ["home-eu-west-1_Alias", "home-eu-west-1"] });
  deploy({ home: { "eu-west-1": 2 } });
  expect(Object.keys(aliases()).sort()).toEqual(["home", "home/1", "home/2"]);
});

test("a first key that was deleted is forgotten by Terraform, and its alias stays with the second key", () => {
  deploy({});
  deploy({ home: 2 });
  change("home", { state: "deleted", keyId: "11111111-2222-3333-4444-555555555555" });
  deploy({ home: 2 });
  expect(aliases()).toEqual({
    home: ["home-eu-west-1_Alias", "home-2-eu-west-1"],
    "home/2": ["home-2-eu-west-1_Alias", "home-2-eu-west-1"],
  });
  const removed = stack().removed.map(({ from }) => from.replace(/_[0-9A-F]{8}$/, ""));
  expect(removed).toEqual(
    expect.arrayContaining(["aws_kms_key.home-eu-west-1", "aws_kms_alias.home-1-eu-west-1_Alias"]),
  );
  expect(removed).not.toContain("aws_kms_alias.home-eu-west-1_Alias");
});

test("a first key that is missing from the lock file is not destroyed, and neither is its alias", () => {
  deploy({});
  deploy({ home: 2 });
  remember((before) => withoutKey(before, "acme", HOME));
  deploy({ home: 2 });
  const removed = stack().removed.map(({ from }) => from.replace(/_[0-9A-F]{8}$/, ""));
  expect(removed).toEqual(
    expect.arrayContaining(["aws_kms_key.home-eu-west-1", "aws_kms_alias.home-1-eu-west-1_Alias"]),
  );
});

test("adopted keys are imported into Terraform with their aliases, and a new key is not", () => {
  const id = (digit: string) => `${digit.repeat(8)}-2222-3333-4444-555555555555`;
  deploy({});
  change("home", { keyId: id("1") });
  deploy({ home: 2 });
  expect(stack().import).toEqual([{ to: expect.stringContaining("home-eu-west-1") as string, id: id("1") }]);
  change("home", { numbered: true });
  change("home@2", { keyId: id("2") });
  deploy({ home: 2 });
  expect(stack().import?.map((one) => one.id)).toEqual([
    id("1"),
    "alias/keyferry/acme/home/1",
    id("2"),
    "alias/keyferry/acme/home/2",
    "alias/keyferry/acme/home",
  ]);
});

test("a disabled former key is disabled by the deployment, which changes nothing else", () => {
  deploy({});
  deploy({ home: 2 });
  change("home", { state: "disabled" });
  deploy({ home: 2 });
  const enabled = resources(stack(), "aws_kms_key").map((key) => [
    String(key["description"]).includes("generation 2"),
    key["is_enabled"],
  ]);
  expect(enabled.sort()).toEqual([
    [false, false],
    [true, undefined],
  ]);
});

test.each([
  [{ home: 0 }, "accounts.prod.keyGenerations.home"],
  [{ home: { "eu-nowhere-1": 2 } }, "accounts.prod.keyGenerations.home.eu-nowhere-1"],
  [{ buckets: 2 }, "accounts.prod.keyGenerations.buckets"],
])("%j is refused at its path", (keyGenerations, at) => {
  const accounts = { ...PAIR.accounts, prod: { id: PROD, keyGenerations } };
  expect(() => resolveTopology({ ...PAIR, accounts })).toThrow(
    expect.objectContaining({ problems: [expect.objectContaining({ path: at })] }) as Error,
  );
});
