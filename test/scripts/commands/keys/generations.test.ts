import { adoptKeys } from "../../../../scripts/commands/keys/adopt";
import { findNamed } from "../../../../scripts/commands/keys/find-named";
import { aliasesOf, findKey, keyName, keysOf } from "../../../../scripts/commands/keys/foundation";
import { disableKey } from "../../../../scripts/commands/keys/switch";
import type { KeyLife, KeyLifePort } from "../../../../scripts/aws";
import { EMPTY_LOCK, mergeLock, resolveTopology, type Lock, type LockedTopology } from "../../../../topology";
import { PAIR } from "../../../_helpers/topologies";

const topologyAt = (home: number) =>
  resolveTopology({
    ...PAIR,
    accounts: { ...PAIR.accounts, prod: { id: "222222222222", keyGenerations: { home } } },
  });

/** After the deployments of these generations, one after the other. */
function after(...generations: readonly number[]): LockedTopology {
  return generations.reduce<LockedTopology>(({ lock }, home) => mergeLock(topologyAt(home), lock), {
    lock: EMPTY_LOCK,
  } as LockedTopology);
}

const HOME = "alias/keyferry/acme/home";

/** KMS with keys by their aliases. */
function kms(keys: Readonly<Record<string, readonly string[]>>): KeyLifePort {
  const found = (id: string): KeyLife => ({
    arn: `arn:aws:kms:eu-west-1:222222222222:key/${id}`,
    state: "Enabled",
  });
  return {
    describe: (name: string) => {
      const [id] =
        Object.entries(keys).find(([key, aliases]) => name.endsWith(key) || aliases.includes(name)) ?? [];
      return Promise.resolve(id === undefined ? undefined : found(id));
    },
    aliases: () =>
      Promise.resolve(new Map(Object.entries(keys).map(([id, aliases]) => [found(id).arn, aliases]))),
    policy: () => Promise.resolve("{}"),
  } as unknown as KeyLifePort;
}

function foundationOf(locked: LockedTopology, life: KeyLifePort, before: Lock = locked.lock) {
  let remembered = before;
  const deployer = {
    keyLife: ({ account, region }: { account: { id: string }; region: string }) =>
      account.id === "222222222222" && region === "eu-west-1" ? life : kms({}),
  };
  return {
    locked,
    before,
    deployer: deployer as never,
    remember: (change: (lock: Lock) => Lock) => void (remembered = change(remembered)),
    written: () => remembered,
  };
}

const namesOf = (locked: LockedTopology) =>
  keysOf(foundationOf(locked, kms({})))
    .filter(({ account }) => account === "222222222222")
    .map(keyName);

it("names the only key home, and one of several with its number", () => {
  expect(namesOf(after(1))).toEqual(["prod/eu-west-1/home"]);
  expect(namesOf(after(1, 2))).toEqual(["prod/eu-west-1/home@1", "prod/eu-west-1/home@2"]);
});

it.each<[generations: readonly number[], named: string, found: string]>([
  [[1], "prod/eu-west-1/home", "prod/eu-west-1/home"],
  [[1, 2], "prod/eu-west-1/home", "prod/eu-west-1/home@2"],
  [[1, 2], "222222222222/eu-west-1/home@1", "prod/eu-west-1/home@1"],
  [[1, 2, 1], "prod/eu-west-1/home", "prod/eu-west-1/home@1"],
])("after %j, %s names %s", (generations, named, found) => {
  expect(keyName(findNamed(keysOf(foundationOf(after(...generations), kms({}))), named))).toBe(found);
});

it("the declared one has both aliases, a former one only its own", () => {
  const foundation = foundationOf(after(1, 2), kms({}));
  const aliases = keysOf(foundation)
    .filter(({ account }) => account === "222222222222")
    .map((key) => aliasesOf(foundation, key));
  expect(aliases).toEqual([[`${HOME}/1`], [`${HOME}/2`, HOME]]);
});

describe("the first key", () => {
  const first = keysOf(foundationOf(after(1, 2), kms({}))).find(({ generation }) => generation === 1);

  it.each<[when: string, keys: Readonly<Record<string, readonly string[]>>, id: string | undefined]>([
    ["before the deployment of the second one", { k1: [HOME] }, "k1"],
    ["after it", { k1: [`${HOME}/1`], k2: [`${HOME}/2`, HOME] }, "k1"],
    ["if only its own alias is lost, and never as the second one", { k2: [`${HOME}/2`, HOME] }, undefined],
  ])("is found %s", async (_when, keys, id) => {
    if (first === undefined) throw new TypeError("no first key");
    const found = await findKey(kms(keys), first);
    expect(found?.arn.split("/").at(-1)).toBe(id);
  });
});

it("disabling the current key is refused, with the next generation as the fix", async () => {
  const foundation = foundationOf(after(1, 2), kms({ k1: [`${HOME}/1`], k2: [`${HOME}/2`, HOME] }));
  const { refusals } = await disableKey(foundation, findNamed(keysOf(foundation), "prod/eu-west-1/home"));
  expect(refusals[0]?.fix).toContain("keyGenerations: { home: 3 }");
});

it("adopt finds every generation after the lock file was lost, and which one the alias points to", async () => {
  const locked = mergeLock(topologyAt(2), EMPTY_LOCK);
  const foundation = foundationOf(locked, kms({ k1: [`${HOME}/1`], k2: [`${HOME}/2`, HOME] }), EMPTY_LOCK);
  const base = mergeLock(topologyAt(2), EMPTY_LOCK).lock;
  const open = {
    ...foundation,
    remember: (change: (lock: Lock) => Lock) => foundation.remember(() => change(base)),
  };
  await adoptKeys(open);
  const keys = foundation.written().topologies["acme"]?.accounts["222222222222"]?.keys["eu-west-1"];
  expect(keys).toMatchObject({
    home: { state: "retired", keyId: "k1", numbered: true },
    "home@2": { state: "active", keyId: "k2", current: true },
  });
});
