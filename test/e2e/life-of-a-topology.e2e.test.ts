import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import {
  DescribeAutoScalingGroupsCommand,
  SetDesiredCapacityCommand,
  type AutoScalingGroup,
} from "@aws-sdk/client-auto-scaling";
import { DeleteRoleCommand, DeleteRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  DescribeKeyCommand,
  GetKeyPolicyCommand,
  KMSClient,
  ScheduleKeyDeletionCommand,
} from "@aws-sdk/client-kms";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { furnish } from "../../demo/furnish";
import type { KeyDeclaration } from "../../policy";
import { evaluate } from "@keyferry/evaluator";
import { ALLOWS_EVERYTHING, destinationKeyCalls, sessionOf } from "../../policy/proof";
import {
  lockText,
  parseLock,
  resolveTopology,
  withKey,
  type Topology,
  type TopologyInput,
} from "../../topology";
import { copiesOf, keyArn, keysOf, ownImages, withoutKeyStatements } from "./lib/cloud-state";
import { giveDocumentedPermissions } from "./lib/deploy-role";
import { eventually, rehearse, ROOT, start, type Rehearsal } from "./lib/rehearsal";
import { planStacks } from "./lib/terraform-plan";

/**
 * The life of a topology: what is removed from it loses its access and nothing else, and what is added again gets its former
 * keys. The whole file uses one deployed foundation; each test starts from the result of the previous one.
 */
const HOME = "alias/keyferry/life/home";
const TRANSIT = "alias/keyferry/life/transit";
const BUILDER = "111111111111";
const PROD = "222222222222";
const STAGING = "333333333333";
const LAB = "444444444444";

type To = NonNullable<TopologyInput["images"]>[string]["to"];
const PROD_LAUNCHES = {
  account: "prod",
  regions: ["eu-central-1"],
  launch: { instanceType: "t3.micro", maxSize: 2 },
};

function life(name: string, to: To, ...accounts: readonly (readonly [string, string])[]): TopologyInput {
  return {
    name,
    accounts: Object.fromEntries(accounts.map(([account, id]) => [account, { id }])),
    images: {
      web: {
        from: { account: "builder", region: "eu-west-1", newest: { name: "web-*" } },
        to,
        publishTo: `/images/${name}`,
      },
    },
  };
}

const ACCOUNTS = [
  ["builder", BUILDER],
  ["prod", PROD],
  ["staging", STAGING],
  ["lab", LAB],
] as const;
const WHOLE = life(
  "life",
  [
    PROD_LAUNCHES,
    { account: "staging", regions: ["eu-west-1", "us-east-1"] },
    { account: "lab", regions: ["eu-west-1"] },
  ],
  ...ACCOUNTS,
);
/** Without a destination that has a running group, without a Region and without an account. */
const REDUCED = life("life", [{ account: "staging", regions: ["eu-west-1"] }], ...ACCOUNTS.slice(0, 3));

const RETIRED = ["prod/eu-central-1/home", "staging/us-east-1/home", "lab/eu-west-1/home"];
const EVERYBODY = ["prod", "staging", "lab"];

/** Every key of the foundation, by name: account, Region and alias. */
const KEYS: Readonly<Record<string, readonly [account: string, region: string, alias: string]>> = {
  "builder transit": [BUILDER, "eu-west-1", TRANSIT],
  "prod home": [PROD, "eu-central-1", HOME],
  "staging home": [STAGING, "eu-west-1", HOME],
  "staging home in us-east-1": [STAGING, "us-east-1", HOME],
  "lab home": [LAB, "eu-west-1", HOME],
};

let cloud: Rehearsal;
let keysAtFirst: Readonly<Record<string, string>>;
let source: string;
const workspace = () => path.join(cloud.directory, "workspace");
const prod = () => cloud.admin(PROD, "eu-central-1");

jest.setTimeout(900_000);

beforeAll(async () => {
  cloud = await rehearse(WHOLE);
  await furnish(cloud.url, cloud.topology, () => undefined);
  await givePermissions(cloud.topology);
  await cloud.deploy("foundation-*");
  keysAtFirst = await keyArns();
  source = (await ownImages(cloud.admin(BUILDER, "eu-west-1")))[0]?.ImageId ?? "";
  const { code, stderr } = await cloud.keyferry("run");
  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
  await cloud.deploy("consumers-*");
});

afterAll(() => cloud.stop());

/** Gives the deploy roles of the accounts the permissions that their owners would give. */
async function givePermissions(topology: Topology): Promise<void> {
  for (const { name, id } of topology.accounts)
    await giveDocumentedPermissions(cloud, topology, id, { launches: name === "prod", deletesKeys: true });
}

async function keyArns(): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {};
  for (const [name, [account, region, alias]] of Object.entries(KEYS)) {
    found[name] = await keyArn(cloud.admin(account, region), alias);
  }
  return found;
}

function configure(input: TopologyInput, file = "keyferry.config.ts"): void {
  writeFileSync(path.join(cloud.directory, file), `export default ${JSON.stringify(input)};\n`);
}

async function synth(env: NodeJS.ProcessEnv = {}): Promise<string> {
  const synthesis = start(
    ["-r", "./bin/typescript.js", "main.ts"],
    { ...cloud.env, CDKTF_OUTDIR: path.join(workspace(), "cdktf.out"), ...env },
    ROOT,
  );
  const { code, stderr } = await synthesis.finished;
  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
  return stderr;
}

function plans(matches: RegExp) {
  return planStacks(path.join(workspace(), "cdktf.out"), matches, cloud.env);
}

/** The accounts whose runner roles a deployed key allows to copy from it, if their own IAM allows everything. */
async function letIn(name: string): Promise<readonly string[]> {
  const [account, region, alias] = KEYS[name] ?? ["", "", ""];
  const { kms } = cloud.admin(account, region);
  const { Policy = "" } = await kms.send(
    new GetKeyPolicyCommand({ KeyId: keysAtFirst[name], PolicyName: "default" }),
  );
  const resource = { name: "the key policy", document: JSON.parse(Policy) as unknown };
  const key = {
    account,
    region,
    alias,
    partition: "aws",
    purpose: "transit",
    copiers: [],
    launches: false,
  } as KeyDeclaration;
  return ACCOUNTS.filter(([, id]) =>
    destinationKeyCalls(sessionOf("aws", id, "keyferry-life-runner"), key).every(
      ({ request }) => evaluate(request, { identity: [ALLOWS_EVERYTHING], resource }).allowed,
    ),
  ).map(([other]) => other);
}

/** Keys of the foundation that are not enabled: data under them would be lost. */
async function deadKeys(): Promise<readonly string[]> {
  const dead: string[] = [];
  for (const [name, [account, region]] of Object.entries(KEYS)) {
    const { kms } = cloud.admin(account, region);
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: keysAtFirst[name] }));
    if (KeyMetadata?.KeyState !== "Enabled") dead.push(`${name}: ${KeyMetadata?.KeyState}`);
  }
  return dead;
}

/**
 * Asserts what must be true after every step: all keys are enabled, removed accounts have no access, doctor has no failures and
 * reports the retired keys, and status lists them with what is encrypted under them.
 */
async function expectStanding(
  topology: TopologyInput,
  { retired, letIn: expected }: { readonly retired: readonly string[]; readonly letIn: readonly string[] },
): Promise<void> {
  const config = path.join(cloud.directory, `standing-${topology.name}.config.ts`);
  writeFileSync(config, `export default ${JSON.stringify(topology)};\n`);
  const answer = async (command: string) => {
    const { code, stdout, stderr } = await cloud.keyferry(command, "--json", "--config", config);
    if (stdout === "") throw new Error(`keyferry ${command} ended with ${code}: ${stderr}`);
    return { code, ...(JSON.parse(stdout) as any) };
  };
  expect(await deadKeys()).toEqual([]);
  const others = (await letIn("builder transit")).filter((name) => name !== "builder");
  expect([...others].sort()).toEqual([...expected].sort());
  const { code, findings } = await answer("doctor");
  const failed = findings.filter(({ state }: any) => state === "failed");
  expect({ code, failed }).toEqual({ code: 0, failed: [] });
  const status = await answer("status");
  const keys: readonly any[] = status.outside.keys;
  expect(keys.map(({ name, state }) => `${name} ${state}`).sort()).toEqual(
    retired.map((name) => `${name} retired`).sort(),
  );
  expect(keys.filter(({ found, unseen }) => found?.state !== "Enabled" || unseen.length > 0)).toEqual([]);
  for (const name of retired) {
    expect(findings).toContainEqual(expect.objectContaining({ check: "foundation-keys", subject: name }));
    const under = keys.find((key) => key.name === name).under.map(({ kind }: any) => kind);
    expect(under).toEqual(expect.arrayContaining(["snapshots", "images"]));
  }
}

async function group(): Promise<AutoScalingGroup | undefined> {
  const { AutoScalingGroups = [] } = await prod().autoScaling.send(new DescribeAutoScalingGroupsCommand({}));
  return AutoScalingGroups[0];
}

test("everything was deployed with the documented permissions, which do not allow deleting a key", async () => {
  const credentials = { accessKeyId: BUILDER, secretAccessKey: "rehearsal" };
  const sts = new STSClient({ endpoint: cloud.url, region: "eu-central-1", credentials });
  const RoleArn = `arn:aws:iam::${PROD}:role/keyferry-deploy`;
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "test" }));
  const deployer = new KMSClient({
    endpoint: cloud.url,
    region: "eu-central-1",
    credentials: {
      accessKeyId: Credentials?.AccessKeyId ?? "",
      secretAccessKey: Credentials?.SecretAccessKey ?? "",
      sessionToken: Credentials?.SessionToken ?? "",
    },
  });
  for (const kms of [deployer, prod().kms]) {
    const deletion = kms.send(new ScheduleKeyDeletionCommand({ KeyId: keysAtFirst["prod home"] }));
    await expect(deletion).rejects.toMatchObject({ name: "AccessDeniedException" });
  }
  await expectStanding(WHOLE, { retired: [], letIn: EVERYBODY });
});

test("a deployment of version 0.1.0 is taken over: nothing is created or destroyed, key policies change in place", async () => {
  // Version 0.1.0 had no lock file, no guard in the key policies, and no topology name in the path of the state.
  rmSync(path.join(workspace(), "keyferry.lock.json"));
  const stacks = ["builder", "prod", "staging", "lab"].flatMap((name) => [
    `foundation-keys-${name}`,
    `foundation-access-${name}`,
  ]);
  for (const stack of [...stacks, "consumers-prod"]) {
    const file = path.join(workspace(), "state", "life", `${stack}.tfstate`);
    renameSync(file, path.join(workspace(), "state", `${stack}.tfstate`));
  }
  const [account, region] = KEYS["prod home"] ?? ["", ""];
  await withoutKeyStatements(
    cloud.admin(account, region),
    keysAtFirst["prod home"] ?? "",
    ["NobodySchedulesDeletion"],
    async () => {
      expect(await synth()).toContain("moved Terraform's state");
      const results = await plans(/^(foundation|consumers)-/);
      const changes = results.filter(({ code }) => code !== 0);
      expect(changes.map(({ stack }) => stack)).toEqual(["foundation-keys-prod"]);
      expect(changes[0]?.output).toContain("Plan: 0 to add, 1 to change, 0 to destroy.");
    },
  );
});

test("a removed account loses its access with the next deploy; its keys stay, and its group still launches", async () => {
  expect(await letIn("builder transit")).toEqual(expect.arrayContaining(["prod", "staging", "lab"]));
  configure(REDUCED);
  await cloud.deploy("foundation-*");
  expect(await keyArns()).toEqual(keysAtFirst);
  expect(await deadKeys()).toEqual([]);
  const after = await letIn("builder transit");
  expect(after).toContain("staging");
  expect(after).not.toContain("prod");
  expect(after).not.toContain("lab");
  const [copy] = await copiesOf(prod(), source);
  expect(new Set(await keysOf(prod(), copy))).toEqual(new Set([keysAtFirst["prod home"]]));

  const before = await group();
  expect(before?.Instances).toHaveLength(1);
  await prod().autoScaling.send(
    new SetDesiredCapacityCommand({ AutoScalingGroupName: before?.AutoScalingGroupName, DesiredCapacity: 2 }),
  );
  await eventually("a second instance under the retired key", async () => {
    const running = ((await group())?.Instances ?? []).filter(
      ({ LifecycleState }) => LifecycleState === "InService",
    );
    return running.length === 2 ? running : undefined;
  });
  const living = await plans(/^foundation-/);
  expect(living.filter(({ code, stack }) => code !== 0 && !stack.endsWith("-lab"))).toEqual([]);
  await expectStanding(REDUCED, { retired: RETIRED, letIn: ["staging"] });
});

test("a removed account without its deploy role does not prevent deployments, and loses no key", async () => {
  const { iam } = cloud.admin(LAB, "us-east-1");
  await iam.send(new DeleteRolePolicyCommand({ RoleName: "keyferry-deploy", PolicyName: "deploy" }));
  await iam.send(new DeleteRoleCommand({ RoleName: "keyferry-deploy" }));
  await cloud.deploy("foundation-keys-*");
  expect(await deadKeys()).toEqual([]);
  await furnish(cloud.url, { ...cloud.topology, rules: [] }, () => undefined);
  await givePermissions(cloud.topology);
  await expectStanding(REDUCED, { retired: RETIRED, letIn: ["staging"] });
});

test("an account that is added again gets its former keys and its access back", async () => {
  configure(WHOLE);
  await cloud.deploy("foundation-*");
  expect(await keyArns()).toEqual(keysAtFirst);
  expect(await letIn("builder transit")).toEqual(expect.arrayContaining(["prod", "staging", "lab"]));
  const { code, stderr } = await cloud.keyferry("run");
  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
  await expectStanding(WHOLE, { retired: [], letIn: EVERYBODY });
});

test("without the lock file, a removed key leaves Terraform's state but stays in AWS; after it is recorded again, the same key is used", async () => {
  const lock = path.join(workspace(), "keyferry.lock.json");
  rmSync(lock);
  configure(REDUCED);
  await cloud.deploy("foundation-keys-staging");
  expect(await deadKeys()).toEqual([]);
  configure(WHOLE);
  await synth();
  const place = { account: STAGING, region: "us-east-1", purpose: "home" } as const;
  const keyId = keysAtFirst["staging home in us-east-1"]?.split("/").at(-1);
  const remembered = parseLock(readFileSync(lock, "utf8"), lock);
  writeFileSync(lock, lockText(withKey(remembered, "life", place, { keyId })));
  await cloud.deploy("foundation-keys-staging");
  expect(await keyArns()).toEqual(keysAtFirst);
  const [again] = await plans(/^foundation-keys-staging$/);
  expect({ code: again?.code, output: again?.code === 0 ? "" : again?.output }).toEqual({
    code: 0,
    output: "",
  });
});

test("a renamed topology is a new one next to the old one, and neither changes the resources of the other", async () => {
  const renamed = life(
    "afterlife",
    [{ account: "staging", regions: ["eu-west-1"] }],
    ["builder", BUILDER],
    ["staging", STAGING],
  );
  configure(renamed, "renamed.config.ts");
  const KEYFERRY_CONFIG = path.join(cloud.directory, "renamed.config.ts");
  await givePermissions(resolveTopology(renamed));
  expect(await synth({ KEYFERRY_CONFIG })).toContain("If you renamed life");
  await cloud.deploy("foundation-*", { KEYFERRY_CONFIG });
  expect(await keyArns()).toEqual(keysAtFirst);
  expect(await deadKeys()).toEqual([]);
  await givePermissions(cloud.topology);
  await cloud.deploy("foundation-*");
  const results = await plans(/^(foundation|consumers)-/);
  const changed = results.filter(({ code }) => code !== 0).map(({ stack }) => stack);
  expect([results.length, changed]).toEqual([9, []]);
  expect(await keyArns()).toEqual(keysAtFirst);
  await expectStanding(WHOLE, { retired: [], letIn: EVERYBODY });
});
