import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { DeployerAccess } from "../../scripts/aws";
import { AwsCallError } from "../../scripts/aws/aws-error";
import type { Environment } from "../../setup/environment";
import { lockText, mergeLock, parseLock, resolveTopology, EMPTY_LOCK, type Lock } from "../../topology";
import { dispose, type TerraformAnswers } from "../setup/fixtures";
import { recordingFile } from "../scripts/terraform/recordings";
import { CREATES, deployerThatFinds, keyferry, keyferryOn, project, TOPOLOGY } from "./lib/made-up-project";

jest.setTimeout(60_000);

afterEach(dispose);

const fileOf = ({ cwd }: Pick<Environment, "cwd">) => path.join(cwd, "keyferry.lock.json");
const accountsOf = (environment: Environment) => {
  const file = fileOf(environment);
  if (!existsSync(file)) return {};
  return parseLock(readFileSync(file, "utf8"), file).topologies["acme"]?.accounts ?? {};
};
const transitOf = (environment: Environment) =>
  accountsOf(environment)["111111111111"]?.keys["eu-west-1"]?.transit;

const DENIED = { prints: recordingFile("apply-denied"), exitCode: 1 };
const UNCONFIRMED = { state: "active", unconfirmed: true };
const CONFIRMED = { state: "active" };

describe("after a deployment", () => {
  test.each<[string, TerraformAnswers, object | undefined]>([
    ["whose plan fails, nothing is recorded", { plan: { exitCode: 1 } }, undefined],
    ["whose apply fails, the key is recorded as unconfirmed", { ...CREATES, apply: DENIED }, UNCONFIRMED],
    ["that is applied, the key is recorded", CREATES, CONFIRMED],
    ["that changes nothing, the key is recorded", { plan: { exitCode: 0 } }, CONFIRMED],
  ])("%s", async (_what, answers, key) => {
    const { environment } = project(answers);
    await keyferry(environment, "deploy", "foundation-keys-a", "--auto-approve");
    expect(transitOf(environment)).toEqual(key);
  });

  test("that was not approved, nothing is recorded", async () => {
    const { environment } = project(CREATES);
    await keyferryOn({ ask: () => Promise.resolve("no") }, environment, "deploy", "foundation-keys-a");
    expect(accountsOf(environment)).toEqual({});
  });

  test("of one account, no other account is recorded", async () => {
    const { environment } = project(CREATES);
    await keyferry(environment, "deploy", "foundation-keys-a", "--auto-approve");
    expect(Object.keys(accountsOf(environment))).toEqual(["111111111111"]);
  });

  test("that fails, a key that was confirmed earlier stays confirmed", async () => {
    const { environment } = project(CREATES);
    await keyferry(environment, "deploy", "foundation-keys-a", "--auto-approve");
    const failing = project({ ...CREATES, apply: DENIED });
    writeFileSync(fileOf(failing.environment), readFileSync(fileOf(environment)));
    await keyferry(failing.environment, "deploy", "foundation-keys-a", "--auto-approve");
    expect(transitOf(failing.environment)).toEqual(CONFIRMED);
  });
});

test("the lock file is written before Terraform begins to apply", async () => {
  const { environment } = project(CREATES);
  const applying = project({ ...CREATES, apply: { prints: fileOf(environment), exitCode: 0 } });
  // While it applies, this Terraform prints the current lock file.
  const here = { ...applying.environment, cwd: environment.cwd };
  const { stderr } = await keyferry(here, "deploy", "foundation-keys-a", "--auto-approve", "--verbose");
  expect(stderr).toContain('"unconfirmed": true');
  expect(transitOf(environment)).toEqual(CONFIRMED);
});

test("if the lock file cannot be written, nothing is applied", async () => {
  const { environment, calls } = project(CREATES);
  // A directory at the path of the temporary file fails for every user, also for root.
  mkdirSync(`${fileOf(environment)}.${process.pid}.tmp`);
  const { status } = await keyferry(environment, "deploy", "foundation-keys-a", "--auto-approve");
  expect(status).not.toBe(0);
  expect(calls().join()).not.toContain(" apply ");
});

test.each([
  ["diff", []],
  ["synth", []],
  ["destroy", ["foundation-keys-a", "foundation-access-a", "--auto-approve"]],
])("%s and its synthesis record nothing", async (command, args) => {
  const { environment } = project(CREATES);
  await keyferry(environment, command, ...args);
  expect(accountsOf(environment)).toEqual({});
  expect(readFileSync(path.join(environment.cwd, "cdktf.out/lock"), "utf8")).toBe("read-only");
});

describe("a key whose place was removed from the topology before its creation was confirmed", () => {
  const EXTRA = { account: "111111111111", region: "eu-central-1", purpose: "transit" } as const;
  const OTHER_REGION = {
    ...TOPOLOGY,
    images: { web: { ...TOPOLOGY.images.web, from: { ...TOPOLOGY.images.web.from, region: EXTRA.region } } },
  };
  const HOLDS_IT = path.join(__dirname, "lib/states", "transit-eu-central-1.json");
  const HOLDS_ANOTHER = path.join(__dirname, "lib/states", "transit-eu-west-1.json");
  const refused = () => {
    const site = { operation: "DescribeKey", account: EXTRA.account, region: EXTRA.region };
    const answer = { code: "AccessDeniedException", message: "not authorized", transient: false };
    const describe = () => Promise.reject(new AwsCallError(site, answer));
    return { keyLife: () => ({ describe }) } as unknown as DeployerAccess;
  };
  const lock: Lock = mergeLock(resolveTopology(OTHER_REGION), EMPTY_LOCK).lock;

  const keyOf = (environment: Environment) =>
    accountsOf(environment)[EXTRA.account]?.keys[EXTRA.region]?.transit;
  const DOUBTFUL = { state: "retired", unconfirmed: true };

  const ARN = "arn:aws:kms:eu-central-1:111111111111:key/1234";
  test.each<[string, TerraformAnswers[string], () => DeployerAccess, object | undefined]>([
    [
      "is removed from the lock file if neither Terraform's state nor AWS has it",
      { prints: HOLDS_ANOTHER, exitCode: 0 },
      () => deployerThatFinds(undefined),
      undefined,
    ],
    [
      "is removed from the lock file if Terraform has no state yet and AWS has no such key",
      { exitCode: 0 },
      () => deployerThatFinds(undefined),
      undefined,
    ],
    [
      "is confirmed if the state has it",
      { prints: HOLDS_IT, exitCode: 0 },
      () => deployerThatFinds(undefined),
      { state: "retired" },
    ],
    [
      "stays unconfirmed if its alias names a key",
      { prints: HOLDS_ANOTHER, exitCode: 0 },
      () => deployerThatFinds(ARN),
      DOUBTFUL,
    ],
    ["stays unconfirmed if the AWS call fails", { prints: HOLDS_ANOTHER, exitCode: 0 }, refused, DOUBTFUL],
    [
      "stays unconfirmed if the state cannot be read",
      { exitCode: 1 },
      () => deployerThatFinds(undefined),
      DOUBTFUL,
    ],
  ])("%s", async (_what, state, connectAsDeployer, key) => {
    const { environment } = project({ plan: { exitCode: 1 }, state });
    writeFileSync(fileOf(environment), lockText(mergeLock(resolveTopology(TOPOLOGY), lock).lock));
    const before = readFileSync(fileOf(environment), "utf8");
    await keyferryOn({ connectAsDeployer }, environment, "diff", "foundation-keys-a");
    expect(readFileSync(fileOf(environment), "utf8")).toBe(before);
    const { stderr } = await keyferryOn(
      { connectAsDeployer },
      environment,
      "deploy",
      "foundation-keys-a",
      "--auto-approve",
    );
    expect(keyOf(environment)).toEqual(key);
    // The key of the topology's present place is kept: its plan failed, so it stays unconfirmed.
    expect(transitOf(environment)).toEqual(UNCONFIRMED);
    const left = readFileSync(path.join(environment.cwd, "cdktf.out/never-made"), "utf8");
    expect(left).toBe(key === undefined ? "111111111111/eu-central-1/transit" : "undefined");
    expect(stderr.includes("was never created")).toBe(key === undefined);
  });
});
