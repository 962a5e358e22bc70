import { AWS_SETTINGS } from "../../../scripts/engine/settings";
import { examine } from "../../../scripts/commands/examine";
import { verify } from "../../../scripts/commands/verify";
import { resolveTopology, withKey, type Topology } from "../../../topology";
import { withoutDeletionGuard, type PolicyDocument } from "../../../policy";
import { Stage, TWO_ACCOUNTS } from "../fake-aws/stage";

const WITHOUT_PROD = resolveTopology({
  ...TWO_ACCOUNTS,
  images: { web: { ...TWO_ACCOUNTS.images["web"], to: [{ account: "staging", regions: ["eu-west-1"] }] } },
});
const HOME = { account: "222222222222", region: "eu-central-1", purpose: "home" } as const;

const prod = (stage: Stage) => stage.place("prod", "eu-central-1");
const arnOf = (stage: Stage) => stage.keyArn(prod(stage), "alias/keyferry/acme/home");
const keyOf = (stage: Stage) => {
  const key = stage.cloud.keys.get(arnOf(stage));
  if (key === undefined) throw new TypeError("no home key");
  return key;
};

/** The doctor's findings about the foundation's keys; `dropped`: after prod has left the topology. */
async function findings(stage: Stage, topology: Topology = WITHOUT_PROD) {
  stage.lockFile.lock = stage.foundation(topology).locked.lock;
  const context = { topology, aws: stage.cloud.access() };
  const examined = await examine(context, stage.foundation(topology), AWS_SETTINGS);
  return examined.findings.filter(
    ({ check, subject }) => check === "foundation-keys" && subject === "prod/eu-central-1/home",
  );
}

it("reports what is encrypted with a retired key, as information", async () => {
  const stage = new Stage();
  stage.deployer.use(arnOf(stage), "snapshots", ["snapshot snap-1", "snapshot snap-2"]);
  const found = await findings(stage);
  expect(found.every(({ state }) => state === "passed")).toBe(true);
  expect(found[0]?.what).toContain("is retired, Enabled in KMS; used by: snapshots: 2");
});

it("fails for a retired key that someone has scheduled for deletion, with the date and the command that cancels it", async () => {
  const stage = new Stage();
  Object.assign(keyOf(stage), { state: "PendingDeletion", deletionDate: "2026-12-24T00:00:00.000Z" });
  const [pending] = await findings(stage);
  expect(pending).toMatchObject({ state: "failed", account: "222222222222" });
  expect(pending?.what).toContain("2026-12-24");
  expect(pending?.fix).toContain("keyferry keys cancel-deletion prod/eu-central-1/home");
  expect(pending?.fix).toContain("CancelKeyDeletion");
});

it("does not fail for a deletion that the user requested, and still reports the command that cancels it", async () => {
  const stage = new Stage();
  Object.assign(keyOf(stage), { state: "PendingDeletion", deletionDate: "2026-12-24T00:00:00.000Z" });
  const before = stage.foundation(WITHOUT_PROD).locked.lock;
  const keyId = arnOf(stage).split("/")[1] ?? "";
  stage.lockFile.lock = withKey(before, "acme", HOME, { state: "deleted", keyId });
  expect(await findings(stage)).toMatchObject([
    { state: "passed", advice: expect.stringContaining("cancel-deletion") as string },
  ]);
});

it("fails for a key that is in the lock file but not in AWS, with the fix for a key that was never created", async () => {
  const stage = new Stage();
  stage.cloud.aliases.delete("222222222222/eu-central-1 alias/keyferry/acme/home");
  expect(await findings(stage)).toMatchObject([
    {
      state: "failed",
      fix: expect.stringContaining("keyferry keys forget prod/eu-central-1/home") as string,
    },
  ]);
});

it("does not fail for a key whose deployment did not end normally, and reports what the next deployment does", async () => {
  const stage = new Stage();
  stage.cloud.aliases.delete("222222222222/eu-central-1 alias/keyferry/acme/home");
  stage.lockFile.lock = withKey(stage.lockFile.lock, "acme", HOME, { unconfirmed: true });
  expect(await findings(stage)).toMatchObject([
    { state: "passed", advice: expect.stringContaining("the next deployment removes it") as string },
  ]);
});

it("reports a key that exists although its deployment did not end normally", async () => {
  const stage = new Stage();
  stage.lockFile.lock = withKey(stage.lockFile.lock, "acme", HOME, { unconfirmed: true });
  Object.assign(keyOf(stage), { state: "PendingDeletion", deletionDate: "2026-12-24T00:00:00.000Z" });
  expect((await findings(stage))[0]).toMatchObject({ state: "failed" });
});

it("fails for a retired key that was disabled without the lock file", async () => {
  const stage = new Stage();
  keyOf(stage).state = "Disabled";
  expect((await findings(stage))[0]).toMatchObject({ state: "failed" });
});

it.each([
  ["active", TWO_ACCOUNTS],
  ["retired", undefined],
])("fails for an %s key whose policy no longer denies its deletion", async (_state, input) => {
  const stage = new Stage();
  const key = keyOf(stage);
  key.policy = JSON.parse(withoutDeletionGuard(JSON.stringify(key.policy))) as PolicyDocument;
  const found = await findings(stage, input === undefined ? WITHOUT_PROD : resolveTopology(input));
  const failed = found.filter(({ state }) => state === "failed");
  expect(failed).toHaveLength(1);
  expect(failed[0]?.what).toContain("kms:ScheduleKeyDeletion");
});

it("reports if a dropped account cannot be read, without failing", async () => {
  const stage = new Stage();
  stage.deployer.closedAccounts.add("222222222222");
  const [dark] = await findings(stage);
  expect(dark).toMatchObject({ state: "unknown" });
  expect(dark?.fix).toContain("keyferry keys forget");
});

it.each(["PendingDeletion", "Disabled"])("verify does not prove a copy whose key is %s", async (state) => {
  const stage = new Stage();
  await stage.run();
  keyOf(stage).state = state;
  const { ok, jobs } = await verify({ topology: stage.topology, aws: stage.cloud.access() });
  expect(ok).toBe(false);
  expect(jobs.find(({ account }) => account === "222222222222")?.wrong.join()).toContain(`is ${state}`);
});
