import { EMPTY_LOCK, resolveTopology } from "../../../../topology";
import { adoptKeys } from "../../../../scripts/commands/keys/adopt";
import { forgetAccount } from "../../../../scripts/commands/keys/forget";
import { findNamed } from "../../../../scripts/commands/keys/find-named";
import { forgetKey } from "../../../../scripts/commands/keys/forget-key";
import { keysOf } from "../../../../scripts/commands/keys/foundation";
import { listKeys } from "../../../../scripts/commands/keys/list";
import { keysText } from "../../../../scripts/report/keys-text";
import { Stage, TWO_ACCOUNTS } from "../../fake-aws/stage";

/** prod is declared, with a destination in another Region than before. */
const MOVED = resolveTopology({
  ...TWO_ACCOUNTS,
  images: {
    web: {
      ...TWO_ACCOUNTS.images["web"],
      to: [
        { account: "prod", regions: ["eu-west-1"] },
        { account: "staging", regions: ["eu-central-1"] },
      ],
    },
  },
});

const { builder, staging } = TWO_ACCOUNTS.accounts;
const WITHOUT_PROD = resolveTopology({
  ...TWO_ACCOUNTS,
  accounts: { builder, staging },
  images: { web: { ...TWO_ACCOUNTS.images["web"], to: [{ account: "staging", regions: ["eu-west-1"] }] } },
});

const idOf = (arn: string) => arn.split("/")[1];
const byName = (stage: Stage, topology = stage.topology) =>
  Object.fromEntries(
    keysOf(stage.foundation(topology)).map(({ accountName, region, purpose, state, keyId, launches }) => [
      `${accountName}/${region}/${purpose}`,
      { state, keyId, ...(launches === true ? { launches } : {}) },
    ]),
  );

describe("adopting keys", () => {
  it("rebuilds a lost lock file: declared keys get their ids, all others are recorded as retired with theirs", async () => {
    const stage = new Stage();
    stage.lockFile.lock = EMPTY_LOCK;
    const { done, refusals } = await adoptKeys(stage.foundation(MOVED));
    expect(refusals).toEqual([]);
    expect(done).toHaveLength(3);
    const arn = (account: string, region: string, purpose: string) =>
      idOf(stage.keyArn(stage.place(account, region), `alias/keyferry/acme/${purpose}`));
    expect(byName(stage, MOVED)).toMatchObject({
      "builder/eu-west-1/transit": { state: "active", keyId: arn("builder", "eu-west-1", "transit") },
      // What its policy shows is recorded: Auto Scaling groups had access, and their volumes stay under the key.
      "prod/eu-central-1/home": {
        state: "retired",
        keyId: arn("prod", "eu-central-1", "home"),
        launches: true,
      },
      "staging/eu-west-1/home": { state: "retired", keyId: arn("staging", "eu-west-1", "home") },
      "prod/eu-west-1/home": { state: "active" },
    });
  });

  it("adopts no key of another topology, and no key twice", async () => {
    const stage = new Stage();
    stage.cloud.addKey(stage.place("prod", "eu-west-1"), "alias/keyferry/theirs/home", {
      Version: "2012-10-17",
      Statement: [],
    });
    await adoptKeys(stage.foundation());
    const before = stage.lockFile.lock;
    expect(JSON.stringify(before)).not.toContain("theirs");
    expect((await adoptKeys(stage.foundation())).done).toEqual([]);
    expect(stage.lockFile.lock).toEqual(before);
  });

  it("continues if an account cannot be accessed, and names it", async () => {
    const stage = new Stage();
    stage.deployer.closedAccounts.add("222222222222");
    const { done, notes } = await adoptKeys(stage.foundation());
    expect(done.join()).toContain("staging/eu-west-1/home");
    expect(notes.filter((note) => note.startsWith("prod ")).length).toBeGreaterThan(0);
  });
});

describe("forgetting an account", () => {
  const yes = () => Promise.resolve(true);

  it("removes a dropped account, and reports what is no longer recorded", async () => {
    const stage = new Stage();
    stage.lockFile.lock = stage.foundation(WITHOUT_PROD).locked.lock;
    const { notes } = await forgetAccount(stage.foundation(WITHOUT_PROD), "222222222222", yes);
    expect(notes.join()).toContain("prod/eu-central-1/home (retired, alias/keyferry/acme/home)");
    expect(Object.keys(byName(stage, WITHOUT_PROD))).toEqual([
      "builder/eu-west-1/transit",
      "staging/eu-west-1/home",
    ]);
  });

  it.each([
    ["staging", "the topology declares the account"],
    ["nobody", "the lock file has no such account"],
  ])("refuses %s", async (named, why) => {
    const stage = new Stage();
    const before = stage.foundation(WITHOUT_PROD).locked.lock;
    stage.lockFile.lock = before;
    const { refusals } = await forgetAccount(stage.foundation(WITHOUT_PROD), named, yes);
    expect(refusals[0]?.what).toContain(why);
    expect(stage.lockFile.lock).toEqual(before);
  });

  it("changes nothing without confirmation", async () => {
    const stage = new Stage();
    const before = stage.foundation(WITHOUT_PROD).locked.lock;
    stage.lockFile.lock = before;
    await forgetAccount(stage.foundation(WITHOUT_PROD), "prod", () => Promise.resolve(false));
    expect(stage.lockFile.lock).toEqual(before);
  });
});

describe("forgetting a key", () => {
  const yes = () => Promise.resolve(true);
  const stageWithoutProd = () => {
    const stage = new Stage();
    stage.lockFile.lock = stage.foundation(WITHOUT_PROD).locked.lock;
    return stage;
  };
  const forget = async (stage: Stage, named = "prod/eu-central-1/home", topology = WITHOUT_PROD) => {
    const foundation = stage.foundation(topology);
    return forgetKey(foundation, findNamed(keysOf(foundation), named), yes);
  };

  it("removes one that was never created, and the next synthesis does not create it", async () => {
    const stage = stageWithoutProd();
    stage.cloud.aliases.delete("222222222222/eu-central-1 alias/keyferry/acme/home");
    expect((await forget(stage)).refusals).toEqual([]);
    expect(Object.keys(byName(stage, WITHOUT_PROD))).not.toContain("prod/eu-central-1/home");
  });

  it.each<[why: string, words: string, prepare: (stage: Stage) => unknown]>([
    ["exists", "exists, Enabled in KMS", () => undefined],
    [
      "cannot be read",
      "could not check whether it exists",
      (stage) => stage.deployer.closedAccounts.add("222222222222"),
    ],
  ])("keeps one that %s", async (_why, words, prepare) => {
    const stage = stageWithoutProd();
    prepare(stage);
    expect((await forget(stage)).refusals[0]?.what).toContain(words);
    expect(Object.keys(byName(stage, WITHOUT_PROD))).toContain("prod/eu-central-1/home");
  });

  it("keeps one that the topology uses", async () => {
    const stage = stageWithoutProd();
    const { refusals } = await forget(stage, "staging/eu-west-1/home");
    expect(refusals[0]?.what).toContain("it is active");
  });
});

it("the list counts what exists under a key, and distinguishes unreadable from none", async () => {
  const stage = new Stage();
  const arn = stage.keyArn(stage.place("prod", "eu-central-1"), "alias/keyferry/acme/home");
  stage.deployer.use(arn, "snapshots", ["snapshot snap-1", "snapshot snap-2"]);
  stage.deployer.use(arn, "volumes", "denied");
  stage.deployer.closedAccounts.add("333333333333");
  const text = keysText(await listKeys(stage.foundation()));
  expect(text).toMatch(/prod\/eu-central-1\/home +active +key-\d+ +Enabled +2 snapshots/);
  expect(text).toMatch(/staging\/eu-west-1\/home +active +- +unknown +not known/);
  expect(text).toMatch(/builder\/eu-west-1\/transit +active +key-\d+ +Enabled +nothing/);
  expect(text).toContain("prod/eu-central-1/home: could not be read: volumes");
});
