import { ConfigurationError } from "../../../core/errors";
import { resolveTopology } from "../../../topology";
import { ACME } from "../../_helpers/topologies";

const ACCOUNTS = { platform: { id: "111111111111" }, prod: { id: "222222222222" } };

function topologyOf(keys: unknown, more: object = {}) {
  return { name: "named", accounts: ACCOUNTS, keys, ...more };
}

/** The problems of the keys of a topology: path and text. */
function problemsOf(input: unknown): string[] {
  try {
    resolveTopology(input);
  } catch (error) {
    if (error instanceof ConfigurationError)
      return error.problems.map(({ path, what }) => `${path}: ${what}`);
    throw error;
  }
  return [];
}

test("a topology can declare only keys, and gets their defaults", () => {
  const { keys, partition, rules } = resolveTopology(
    topologyOf({ "app-data": { account: "platform", regions: ["eu-west-1"] } }),
  );
  expect([partition, rules]).toEqual(["aws", []]);
  expect(keys).toMatchObject([
    { name: "app-data", generation: 1, multiRegion: false, imported: false, enabled: true },
  ]);
  expect(keys[0]?.account.id).toBe("111111111111");
});

test("a topology without keys has none", () => {
  expect(resolveTopology(ACME).keys).toEqual([]);
});

test("a key has its own rotation period, else its account's, else the topology's; an imported key has no rotation period", () => {
  const regions = ["eu-west-1"];
  const { keys } = resolveTopology({
    ...topologyOf({
      own: { account: "platform", regions, rotationPeriodInDays: 90 },
      account: { account: "platform", regions },
      topology: { account: "prod", regions },
      imported: { account: "platform", regions, imported: true },
    }),
    accounts: { ...ACCOUNTS, platform: { id: "111111111111", rotationPeriodInDays: 180 } },
    rotationPeriodInDays: 730,
  });
  expect(keys.map(({ name, rotationPeriodInDays }) => [name, rotationPeriodInDays])).toEqual([
    ["own", 90],
    ["account", 180],
    ["topology", 730],
    ["imported", undefined],
  ]);
});

test("all problems of the keys are in one report", () => {
  const regions = ["eu-west-1"];
  expect(
    problemsOf(
      topologyOf({
        home: { account: "platform", regions },
        "App Data": { account: "platform", regions },
        a: { account: "nobody", regions: ["eu-west-9", "eu-west-1", "eu-west-1"] },
        b: { account: "platform", regions: [], rotationPeriodInDays: 30, generation: 0 },
        c: {
          ...{ account: "platform", regions, imported: true, multiRegion: true },
          ...{ rotationPeriodInDays: 365, enabled: false },
        },
        d: { account: "platform", regions: ["cn-north-1"] },
        e: { regions, rotation: 1 },
      }),
    ).sort(),
  ).toEqual([
    "keys.App Data: this name cannot be used",
    'keys.a.account: "nobody" is not a declared account',
    'keys.a.regions[0]: the Region "eu-west-9" does not exist',
    "keys.a.regions[2]: eu-west-1 is listed twice",
    "keys.b.generation: 0 is too little",
    "keys.b.regions: it is empty",
    "keys.b.rotationPeriodInDays: 30 is too little",
    "keys.c.enabled: a key cannot be disabled before its material is imported",
    "keys.c.rotationPeriodInDays: KMS does not rotate imported key material automatically",
    "keys.d.regions[0]: the topology spans the partitions aws and aws-cn",
    "keys.e.account: it is missing",
    "keys.e.rotation: there is no such setting",
    "keys.home: this name is reserved for a key that the foundation creates",
  ]);
});

test("the error for a topology with neither rules nor keys says that both can be declared", () => {
  expect(problemsOf({ name: "empty", accounts: ACCOUNTS })).toEqual([
    "(top level): nothing to copy is declared",
  ]);
});
