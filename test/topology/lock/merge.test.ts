import {
  doubtfulKeys,
  EMPTY_LOCK,
  mergeLock,
  rememberedKeys,
  resolveTopology,
  withAccountFrom,
  withConfirmedKeys,
  withKey,
  withoutAccount,
  withoutKey,
  type KeyPlace,
  type Lock,
  type LockedTopology,
  type Topology,
} from "../../../topology";
import { acme, ACME, mutual, withEbsDefaults } from "../../_helpers/topologies";

const PROD = "222222222222";
const HOME: KeyPlace = { account: PROD, region: "eu-central-1", purpose: "home" };

/** The topology without its destination in an account; the account stays declared. */
function withoutDestination(account: string): Topology {
  const { web } = ACME.images;
  if (web === undefined) throw new RangeError("there is no such image");
  const to = web.to.filter((rule) => rule.account !== account);
  return resolveTopology({ ...ACME, images: { web: { ...web, to } } });
}

function withoutProd(): Topology {
  const { builder, staging } = ACME.accounts as Record<string, { id: string }>;
  return resolveTopology({
    ...ACME,
    accounts: { builder, staging } as typeof ACME.accounts,
    images: {
      web: { ...ACME.images["web"], to: [{ account: "staging", regions: ["eu-west-1"] }] },
    } as typeof ACME.images,
  });
}

function statesOf(lock: Lock, topology = "acme"): Readonly<Record<string, string>> {
  return Object.fromEntries(
    rememberedKeys(lock, topology).map((key) => [
      `${key.accountName} ${key.region} ${key.purpose}`,
      key.state,
    ]),
  );
}

function find({ accounts }: LockedTopology, place: KeyPlace) {
  return accounts
    .flatMap(({ keys }) => keys)
    .find(
      ({ declaration }) =>
        declaration.account === place.account &&
        declaration.region === place.region &&
        declaration.purpose === place.purpose,
    );
}

test("a key whose place leaves the topology is retired without copiers, and is active again when the place returns", () => {
  const first = mergeLock(acme(), EMPTY_LOCK);
  expect(statesOf(first.lock)).toEqual({
    "builder eu-west-1 transit": "active",
    "prod eu-central-1 home": "active",
    "staging eu-west-1 home": "active",
  });
  const without = mergeLock(withoutDestination("prod"), first.lock);
  expect(statesOf(without.lock)).toMatchObject({ "prod eu-central-1 home": "retired" });
  // Its Auto Scaling group may still run: volumes that it launched stay under the key.
  expect(find(without, HOME)?.declaration).toMatchObject({ copiers: [], launches: true });
  expect(mergeLock(acme(), without.lock).lock).toEqual(first.lock);
});

test("a key whose place has left is in doubt if no deployment was seen to create it", () => {
  const first = mergeLock(acme(), EMPTY_LOCK).lock;
  const dropped = mergeLock(withoutDestination("prod"), first).lock;
  expect(doubtfulKeys(first, "acme")).toEqual([]);
  expect(doubtfulKeys(dropped, "acme")).toMatchObject([HOME]);
  const confirmed = withConfirmedKeys(first, "acme", [HOME]);
  expect(doubtfulKeys(mergeLock(withoutDestination("prod"), confirmed).lock, "acme")).toEqual([]);
  expect(doubtfulKeys(withConfirmedKeys(dropped, "acme", [HOME]), "acme")).toEqual([]);
  // It is still in doubt when its place returns, and so is the next key after the first was deleted.
  const deleted = withKey(confirmed, "acme", HOME, { state: "deleted" });
  for (const lock of [dropped, deleted]) {
    const returned = mergeLock(acme(), lock).lock;
    expect(doubtfulKeys(mergeLock(withoutDestination("prod"), returned).lock, "acme")).toMatchObject([HOME]);
  }
});

test("an account can be taken from another lock without the other accounts", () => {
  const { lock } = mergeLock(acme(), EMPTY_LOCK);
  const one = withAccountFrom(EMPTY_LOCK, "acme", PROD, lock);
  expect(Object.keys(one.topologies["acme"]?.accounts ?? {})).toEqual([PROD]);
  expect(withAccountFrom(one, "acme", "999999999999", lock)).toEqual(one);
});

test("the transit key no longer allows a dropped destination", () => {
  const first = mergeLock(acme(), EMPTY_LOCK);
  const transit: KeyPlace = { account: "111111111111", region: "eu-west-1", purpose: "transit" };
  const copiers = (locked: LockedTopology) =>
    find(locked, transit)?.declaration.copiers.map(({ account }) => account);
  expect(copiers(first)).toEqual([PROD, "333333333333"]);
  expect(copiers(mergeLock(withoutDestination("prod"), first.lock))).toEqual(["333333333333"]);
});

test("an account that loses its copy jobs, or leaves the topology, keeps its stacks and can still be reached", () => {
  const { lock } = mergeLock(acme(), EMPTY_LOCK);
  const stacks = ["consumers", "foundation-access", "foundation-keys"];
  const prod = (topology: Topology) =>
    mergeLock(topology, lock).accounts.find(({ account }) => account.id === PROD);
  expect(prod(withoutDestination("prod"))).toMatchObject({ declared: true, stacks });
  expect(prod(withoutProd())).toMatchObject({
    declared: false,
    stacks,
    partition: "aws",
    account: { name: "prod", deployRole: "keyferry-deploy", runnerRole: "keyferry-acme-runner" },
  });
});

test("without a lock, an account that takes part in no copy has no stacks", () => {
  expect(
    mergeLock(withoutDestination("prod"), EMPTY_LOCK).accounts.map(({ account }) => account.name),
  ).toEqual(["builder", "staging"]);
});

test("a disabled key stays disabled until its place returns; a deleted key returns as a new key", () => {
  const retired = mergeLock(withoutDestination("prod"), mergeLock(acme(), EMPTY_LOCK).lock).lock;
  const keyId = "12345678-1234-1234-1234-123456789012";
  const disabled = withKey(retired, "acme", HOME, { state: "disabled", keyId });
  expect(statesOf(mergeLock(withoutDestination("prod"), disabled).lock)).toMatchObject({
    "prod eu-central-1 home": "disabled",
  });
  expect(find(mergeLock(acme(), disabled), HOME)).toMatchObject({ state: "active", keyId });
  const deleted = withKey(retired, "acme", HOME, { state: "deleted", keyId });
  expect(find(mergeLock(withoutDestination("prod"), deleted), HOME)).toMatchObject({ state: "deleted" });
  const returned = find(mergeLock(acme(), deleted), HOME);
  expect(returned?.state).toBe("active");
  expect(returned).not.toHaveProperty("keyId");
});

test("a key that was once an EBS default key stays usable by its account after it is no longer the default", () => {
  const { lock } = mergeLock(withEbsDefaults(), EMPTY_LOCK);
  const plain = resolveTopology({
    name: "defaults",
    accounts: { east: { id: "111111111111" }, west: { id: PROD } },
    images: Object.fromEntries(
      mutual().rules.map((rule) => [
        rule.name,
        {
          from: { account: rule.from.account.name, region: rule.from.region, newest: { name: "x" } },
          to: rule.to.map((to) => ({ account: to.account.name, regions: [to.region] })),
        },
      ]),
    ),
  });
  const east = mergeLock(plain, lock).accounts.find(({ account }) => account.name === "east");
  const were = east?.keys.filter(({ declaration }) => declaration.ebsDefault === true) ?? [];
  expect(were.length).toBeGreaterThan(0);
  for (const key of were) expect(key.isEbsDefault).toBe(false);
});

describe("an account that is renamed", () => {
  const renamed = (names: Readonly<Record<string, string>>) => {
    const name = (old: string) => names[old] ?? old;
    return resolveTopology({
      ...ACME,
      accounts: Object.fromEntries(Object.entries(ACME.accounts).map(([old, body]) => [name(old), body])),
      images: Object.fromEntries(
        Object.entries(ACME.images).map(([id, image]) => [
          id,
          {
            ...image,
            from: { ...image.from, account: name(image.from.account) },
            to: image.to.map((rule) => ({ ...rule, account: name(rule.account) })),
          },
        ]),
      ),
    });
  };
  const stateNames = ({ accounts }: LockedTopology) =>
    Object.fromEntries(
      accounts.map(({ account, stateName }) => [`${account.name} ${account.id}`, stateName]),
    );

  it("keeps its states, even if two accounts swap their names", () => {
    const { lock } = mergeLock(acme(), EMPTY_LOCK);
    expect(stateNames(mergeLock(renamed({ prod: "production" }), lock))).toMatchObject({
      "production 222222222222": "prod",
    });
    expect(stateNames(mergeLock(renamed({ prod: "staging", staging: "prod" }), lock))).toMatchObject({
      "staging 222222222222": "prod",
      "prod 333333333333": "staging",
    });
  });

  it("does not give its states to another account that takes its name", () => {
    const { lock } = mergeLock(acme(), EMPTY_LOCK);
    const accounts = { ...ACME.accounts, prod: { id: "444444444444" } };
    const replaced = mergeLock(resolveTopology({ ...ACME, accounts }), lock);
    expect(stateNames(replaced)).toMatchObject({
      "prod 444444444444": "prod-444444444444",
      "prod 222222222222": "prod",
    });
  });
});

test("forgotten keys and accounts are removed, and other topologies stay unchanged", () => {
  const { lock } = mergeLock(mutual(), mergeLock(acme(), EMPTY_LOCK).lock);
  const withoutHome = withoutKey(lock, "acme", HOME);
  expect(Object.keys(statesOf(withoutHome))).toEqual(["builder eu-west-1 transit", "staging eu-west-1 home"]);
  const forgotten = withoutAccount(lock, "acme", PROD);
  expect(Object.keys(forgotten.topologies["acme"]?.accounts ?? {})).not.toContain(PROD);
  for (const changed of [withoutHome, forgotten, mergeLock(acme(), lock).lock]) {
    expect(changed.topologies["mutual"]).toEqual(lock.topologies["mutual"]);
  }
});

test("merging a second time changes nothing", () => {
  const { lock } = mergeLock(withoutProd(), mergeLock(acme(), EMPTY_LOCK).lock);
  expect(mergeLock(withoutProd(), lock).lock).toEqual(lock);
});
