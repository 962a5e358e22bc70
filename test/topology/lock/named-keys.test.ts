import { ConfigurationError } from "../../../core/errors";
import {
  EMPTY_LOCK,
  lockText,
  mergeLock,
  parseLock,
  rememberedKeys,
  resolveTopology,
  withKey,
  type Lock,
  type Topology,
  type TopologyInput,
} from "../../../topology";

const PLATFORM = "111111111111";
type Keys = NonNullable<TopologyInput["keys"]>;

function topologyOf(keys: Keys): Topology {
  const vault: Keys = { vault: { account: "platform", regions: ["eu-west-1"] } };
  return resolveTopology({
    name: "named",
    accounts: { platform: { id: PLATFORM }, prod: { id: "222222222222" } },
    keys: { ...vault, ...keys },
  });
}

const DATA = { account: "platform", regions: ["eu-west-1", "eu-central-1"] };
const MULTI = { ...DATA, multiRegion: true };

/** The lock after topologies, one deployed after the other. */
const lockAfter = (...keys: readonly Keys[]) =>
  keys.reduce<Lock>((lock, one) => mergeLock(topologyOf(one), lock).lock, EMPTY_LOCK);

/** Each key but the vault's: `eu-west-1 app-data@1: active, current`. */
function keysOf(lock: Lock): readonly string[] {
  return rememberedKeys(lock, "named")
    .filter(({ purpose }) => purpose !== "vault@1")
    .map(
      ({ region, purpose, state, current, primaryRegion }) =>
        `${region} ${purpose}: ${[state, current === true ? "current" : "", primaryRegion ?? ""].filter((word) => word !== "").join(", ")}`,
    );
}

function problemsOf(keys: Keys, lock: Lock): readonly string[] {
  try {
    mergeLock(topologyOf(keys), lock);
  } catch (error) {
    if (error instanceof ConfigurationError)
      return error.problems.map(({ path, what }) => `${path}: ${what}`);
    throw error;
  }
  return [];
}

test("a declared key is active and current in each of its Regions, and has the alias of its generation", () => {
  const lock = lockAfter({ data: DATA });
  expect(keysOf(lock)).toEqual(["eu-central-1 data@1: active, current", "eu-west-1 data@1: active, current"]);
  expect(rememberedKeys(lock, "named").map(({ alias }) => alias)).toContain("alias/keyferry/named/data/1");
});

test("the next generation is current, and the former one is retired", () => {
  expect(keysOf(lockAfter({ data: DATA }, { data: { ...DATA, generation: 2 } }))).toEqual([
    "eu-central-1 data@1: retired",
    "eu-central-1 data@2: active, current",
    "eu-west-1 data@1: retired",
    "eu-west-1 data@2: active, current",
  ]);
});

test("a generation that is declared again is current again under its own id", () => {
  const twice = lockAfter({ data: DATA }, { data: { ...DATA, generation: 2 } }, { data: DATA });
  expect(keysOf(twice)).toEqual([
    "eu-central-1 data@1: active, current",
    "eu-central-1 data@2: retired",
    "eu-west-1 data@1: active, current",
    "eu-west-1 data@2: retired",
  ]);
});

test("a key that leaves the topology is retired and keeps its alias, also if only one of its Regions leaves", () => {
  expect(keysOf(lockAfter({ data: DATA }, {}))).toEqual([
    "eu-central-1 data@1: retired, current",
    "eu-west-1 data@1: retired, current",
  ]);
  expect(keysOf(lockAfter({ data: DATA }, { data: { ...DATA, regions: ["eu-west-1"] } }))).toEqual([
    "eu-central-1 data@1: retired, current",
    "eu-west-1 data@1: active, current",
  ]);
});

test("the primary key stays where it was created, regardless of the order of the Regions", () => {
  const turned = { ...MULTI, regions: ["eu-central-1", "eu-west-1"] };
  expect(keysOf(lockAfter({ data: MULTI }, { data: turned }))).toEqual([
    "eu-central-1 data@1: active, current, eu-west-1",
    "eu-west-1 data@1: active, current, eu-west-1",
  ]);
  expect(keysOf(lockAfter({ data: turned }))[0]).toContain(
    "eu-central-1 data@1: active, current, eu-central-1",
  );
});

test("changes that KMS cannot make to an existing key are refused, each with a fix", () => {
  const lock = lockAfter({ data: MULTI, plain: DATA });
  expect(
    problemsOf({ data: { ...MULTI, regions: ["eu-central-1"] }, plain: { ...DATA, imported: true } }, lock),
  ).toEqual([
    "keys.data.regions: the primary key is in eu-west-1, and its replicas need it",
    "keys.plain.imported: the key exists with key material of KMS: KMS cannot change its origin",
  ]);
  expect(problemsOf({ data: DATA, plain: MULTI }, lock)).toEqual([
    "keys.data.multiRegion: the key exists as a multi-Region key: KMS cannot change that",
    "keys.plain.multiRegion: the key exists as one for each Region: KMS cannot change that",
  ]);
  expect(problemsOf({ data: { ...DATA, generation: 2 } }, lock)).toEqual([]);
});

test("a deleted key that is declared again becomes a new key, of any form", () => {
  const place = { account: PLATFORM, purpose: "data@1" } as const;
  const deleted = ["eu-west-1", "eu-central-1"].reduce<Lock>(
    (lock, region) => withKey(lock, "named", { ...place, region }, { state: "deleted", keyId: "any" }),
    lockAfter({ data: DATA }, {}),
  );
  expect(problemsOf({ data: MULTI }, deleted)).toEqual([]);
  const again = rememberedKeys(mergeLock(topologyOf({ data: MULTI }), deleted).lock, "named");
  expect(again.find(({ purpose }) => purpose === "data@1")).toEqual(
    expect.not.objectContaining({ keyId: "any" }),
  );
});

test("the lock file reads what it writes, and refuses invalid keys", () => {
  const lock = lockAfter({ data: MULTI });
  expect(parseLock(lockText(lock), "lock")).toEqual(lock);
  const text = lockText(lock).replace('"data@1"', '"data@0"');
  expect(() => parseLock(text, "lock")).toThrow(ConfigurationError);
});
