import {
  autoJobs,
  deployAccess,
  EMPTY_LOCK,
  imageBuckets,
  keyDeclarations,
  lockText,
  mergeLock,
  parseLock,
  refuseUndecided,
  resolveTopology,
  withAccountFrom,
  withRemembered,
  withRoutes,
  type ChosenRoute,
  type Lock,
  type Topology,
  type TopologyInput,
} from "../../../topology";

type To = NonNullable<TopologyInput["images"]>[string]["to"];

const AUTO: To = [
  { account: "prod", regions: ["eu-central-1", "eu-west-1"], route: "auto" },
  { account: "staging", regions: ["eu-west-1"] },
];

function topology(to: To = AUTO, rule = "web", accounts: object = {}): Topology {
  return resolveTopology({
    name: "acme",
    accounts: {
      builder: { id: "111111111111" },
      prod: { id: "222222222222" },
      staging: { id: "333333333333" },
      ...accounts,
    },
    images: { [rule]: { from: { account: "builder", region: "eu-west-1", newest: { name: "web-*" } }, to } },
  });
}

/** The lock after a plan has chosen one route for every destination with the route auto. */
function chosen(route: ChosenRoute, declared = topology(), lock: Lock = EMPTY_LOCK): Lock {
  return withRoutes(
    lock,
    declared,
    autoJobs(declared).map((job) => ({ job, route })),
  );
}

/** The topology as if it named the routes itself. */
const NAMED = topology([
  { account: "prod", regions: ["eu-central-1", "eu-west-1"], route: "store-restore" },
  { account: "staging", regions: ["eu-west-1"] },
]);

test("without a choice, one report names every destination and the command to run", () => {
  expect(() => refuseUndecided(withRemembered(topology(), EMPTY_LOCK))).toThrow(
    expect.objectContaining({
      problems: [
        {
          path: "images.web.to",
          what: expect.stringContaining("prod in eu-central-1, prod in eu-west-1") as unknown,
          allowed: expect.any(String) as unknown,
          fix: expect.stringContaining("npx keyferry plan --write") as unknown,
        },
      ],
    }),
  );
});

test("a chosen route has exactly the effect of the same route in the topology", () => {
  const { topology: merged } = mergeLock(topology(), chosen("store-restore"));
  expect(() => refuseUndecided(merged)).not.toThrow();
  expect(imageBuckets(merged)).toEqual(imageBuckets(NAMED));
  expect(keyDeclarations(merged)).toEqual(keyDeclarations(NAMED));
  const copied = mergeLock(topology(), chosen("copy-image")).topology;
  expect(imageBuckets(copied)).toEqual([]);
  expect(() => refuseUndecided(copied)).not.toThrow();
});

test("the lock file keeps choices when it is written and read, and has no entry for a topology without auto", () => {
  const lock = mergeLock(topology(), chosen("store-restore")).lock;
  expect(parseLock(lockText(lock), "keyferry.lock.json")).toEqual(lock);
  expect(lock.topologies["acme"]?.routes).toEqual({
    web: { "222222222222/eu-central-1": "store-restore", "222222222222/eu-west-1": "store-restore" },
  });
  expect(lockText(mergeLock(NAMED, EMPTY_LOCK).lock)).not.toContain("routes");
});

test.each([
  ['{"web": {"222222222222/eu-central-1": "share"}}'],
  ['{"web": {"prod": "copy-image"}}'],
  ['{"web": "copy-image"}'],
])("invalid choices in the lock file are refused: %s", (routes) => {
  const text = `{"version": 1, "topologies": {"acme": {"accounts": {}, "routes": ${routes}}}}`;
  expect(() => parseLock(text, "keyferry.lock.json")).toThrow("keyferry.lock.json");
});

test("merging twice, and with another choice, follows the lock file", () => {
  const once = mergeLock(topology(), chosen("store-restore"));
  const twice = mergeLock(once.topology, once.lock);
  expect(twice.lock).toEqual(once.lock);
  expect(twice.topology.rules).toEqual(once.topology.rules);
  const later = chosen("copy-image", once.topology, once.lock);
  expect(imageBuckets(mergeLock(once.topology, later).topology)).toEqual([]);
  expect(() => refuseUndecided(withRemembered(once.topology, EMPTY_LOCK))).toThrow();
});

test.each([
  ["the route is named", topology([{ account: "prod", regions: ["eu-central-1"] }])],
  ["the destination is dropped", topology([{ account: "staging", regions: ["eu-west-1"] }])],
  ["the rule is renamed", topology(AUTO, "other")],
])("if %s, its choice is forgotten", (_, after) => {
  const { lock } = mergeLock(after, chosen("store-restore"));
  expect(lock.topologies["acme"]).not.toHaveProperty("routes");
});

test("if one destination is dropped, the choice of the other is kept, also after a deployment of an account", () => {
  const after = topology([{ account: "prod", regions: ["eu-west-1"], route: "auto" }]);
  const before = chosen("store-restore");
  const { lock } = mergeLock(after, before);
  const left = { web: { "222222222222/eu-west-1": "store-restore" } };
  expect(lock.topologies["acme"]?.routes).toEqual(left);
  expect(withAccountFrom(before, "acme", "222222222222", lock).topologies["acme"]?.routes).toEqual(left);
});

test("a changed choice loses no key, and the lock still records the buckets", () => {
  const first = mergeLock(topology(), chosen("store-restore"));
  const second = mergeLock(topology(), chosen("copy-image", topology(), first.lock));
  const third = mergeLock(topology(), chosen("store-restore", topology(), second.lock));
  const keysOf = (lock: Lock) =>
    Object.entries(lock.topologies["acme"]?.accounts ?? {}).flatMap(([id, { keys }]) =>
      Object.entries(keys).flatMap(([region, records]) =>
        Object.keys(records).map((key) => `${id} ${region} ${key}`),
      ),
    );
  for (const later of [second, third])
    expect(keysOf(later.lock)).toEqual(expect.arrayContaining(keysOf(first.lock)));
  expect(second.lock.topologies["acme"]?.accounts["222222222222"]?.imageBuckets).toBe(true);
});

test("the deploy role may create buckets for images before a plan has chosen a route, but only where a plan can choose it", () => {
  const locked = mergeLock(topology(), EMPTY_LOCK);
  const rights = locked.accounts.map((account) => [
    account.account.name,
    deployAccess(locked, account).imageBuckets,
  ]);
  expect(Object.fromEntries(rights)).toEqual({ builder: true, prod: true, staging: undefined });
});

describe("keys that may not be shared", () => {
  const problems = (to: To, builder: object, prod: object = {}): string => {
    try {
      topology(to, "web", {
        builder: { id: "111111111111", ...builder },
        prod: { id: "222222222222", ...prod },
      });
      return "";
    } catch (error) {
      return JSON.stringify((error as { readonly problems?: unknown }).problems);
    }
  };
  const to = (route?: "copy-image" | "share" | "store-restore" | "auto"): To => [
    { account: "prod", regions: ["eu-west-1"], ...(route === undefined ? {} : { route }) },
  ];
  const organization = "o-a1b2c3d4e5";

  test.each([[undefined], ["copy-image"], ["share"]] as const)(
    "refuse the route %s, and name the routes that need no shared key",
    (route) => {
      const found = problems(to(route), { shareKeys: false });
      expect(found).toContain("accounts.builder.shareKeys is false");
      expect(found).toContain("images.web.to[0]");
      expect(found).toContain("store-restore");
    },
  );

  test.each([["store-restore"], ["auto"]] as const)("accept the route %s", (route) => {
    expect(problems(to(route), { shareKeys: false })).toBe("");
  });

  test("within an organisation, only its accounts get copies", () => {
    const builder = { shareKeys: "organization", organization };
    expect(problems(to(), builder, { organization })).toBe("");
    expect(problems(to(), builder)).toContain("accounts.prod.organization is not o-a1b2c3d4e5");
    expect(problems(to(), builder, { organization: "o-zzzzzzzzzz" })).toContain(
      "accounts.prod.organization is not",
    );
    expect(problems(to("auto"), { shareKeys: "organization" })).toContain("accounts.builder.organization");
  });

  test("do not matter within the account", () => {
    expect(problems([{ account: "builder", regions: ["eu-central-1"] }], { shareKeys: false })).toBe("");
  });
});
