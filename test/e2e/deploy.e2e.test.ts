import { writeFileSync } from "node:fs";
import path from "node:path";
import {
  DescribeAutoScalingGroupsCommand,
  DescribeInstanceRefreshesCommand,
} from "@aws-sdk/client-auto-scaling";
import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  DeleteRolePolicyCommand,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { ListAliasesCommand } from "@aws-sdk/client-kms";
import { furnish } from "../../demo/furnish";
import { hostEnvironment } from "../../setup/environment";
import { terraformParts } from "../../setup/terraform-variables";
import type { TopologyInput } from "../../topology";
import { giveDocumentedPermissions } from "./lib/deploy-role";
import { findFrameworkCli } from "./lib/framework-cli";
import { rehearse, ROOT, start, type Finished, type Rehearsal } from "./lib/rehearsal";

type LaunchInput = NonNullable<TopologyInput["images"]>[string]["to"][number]["launch"];

const topologyOf = (launch: LaunchInput): TopologyInput => ({
  name: "deploying",
  accounts: { builder: { id: "111111111111" }, prod: { id: "222222222222" } },
  images: {
    web: {
      from: { account: "builder", region: "eu-west-1", newest: { name: "web-*" } },
      to: [{ account: "prod", regions: ["eu-central-1"], launch }],
      publishTo: "/images/web",
    },
  },
});

/** The deployment of new accounts, from the first diff to the last; each test continues from the previous one. */
const TOPOLOGY = topologyOf({ instanceType: "m7i.large", minSize: 1, availabilityZones: ["eu-central-1a"] });

/** A launch with an instance profile and a group that Terraform refreshes. */
const REFRESHED = {
  instanceRequirements: { vCpus: { min: 2 }, memoryMiB: { min: 4096 }, allowedInstanceTypes: ["m7i.large"] },
  instanceProfile: "web-profile",
  refresh: { minHealthyPercentage: 0 },
} satisfies LaunchInput;
const GROUP = { AutoScalingGroupName: "keyferry-deploying-web" };
const STACKS = [
  "consumers-prod",
  "foundation-access-builder",
  "foundation-access-prod",
  "foundation-keys-builder",
  "foundation-keys-prod",
];

let cloud: Rehearsal;
const builder = () => cloud.admin("111111111111", "eu-west-1");
const prod = () => cloud.admin("222222222222", "eu-central-1");

jest.setTimeout(600_000);

beforeAll(async () => {
  cloud = await rehearse(TOPOLOGY, 60);
  await furnish(cloud.url, cloud.topology, () => undefined);
  await giveDocumentedPermissions(cloud, cloud.topology, "111111111111");
  await giveDocumentedPermissions(cloud, cloud.topology, "222222222222", {
    launches: true,
    instanceRoles: ["web-instance"],
  });
});

afterAll(() => cloud.stop());

/** `npm run <argv>`, finished. */
function npmRun(...argv: readonly string[]): Promise<Finished> {
  return start([path.join(ROOT, "bin/keyferry.js"), ...argv], cloud.env, ROOT).finished;
}

async function foundationKeys(admin: ReturnType<typeof prod>): Promise<number> {
  const { Aliases = [] } = await admin.kms.send(new ListAliasesCommand({}));
  return Aliases.filter(({ AliasName }) => AliasName?.startsWith("alias/keyferry/")).length;
}

async function deny(action: string): Promise<void> {
  const Statement = [{ Effect: "Deny", Action: action, Resource: "*" }];
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
  const PolicyName = "organisation";
  await prod().iam.send(
    new PutRolePolicyCommand({ RoleName: "keyferry-deploy", PolicyName, PolicyDocument }),
  );
}

async function permit(): Promise<void> {
  await prod().iam.send(
    new DeleteRolePolicyCommand({ RoleName: "keyferry-deploy", PolicyName: "organisation" }),
  );
}

test("diff of accounts that were never deployed plans every stack, and changes nothing", async () => {
  const { code, stdout, stderr } = await npmRun("diff", "--exit-code");
  expect([code, stderr]).toEqual([4, expect.not.stringContaining("FAILED")]);
  for (const stack of STACKS)
    expect(stdout).toMatch(new RegExp(`^${stack} +[1-9]\\d* to add, 0 to change`, "m"));
  expect(stdout).toMatch(
    /^foundation-access-prod .*values from .*foundation-keys-builder.*foundation-keys-prod/m,
  );
  expect(stdout).toMatch(/^consumers-prod .*values from foundation-keys-prod/m);
  expect(stdout).toMatch(/5 stacks of 5 would change/);
  // None of these keys and roles exists yet: this comes from the synthesised stacks.
  expect(stdout).toContain(
    "role keyferry-deploying-runner in 222222222222 gains kms:CreateGrant, kms:Decrypt, kms:DescribeKey, kms:GenerateDataKey, kms:GenerateDataKeyWithoutPlaintext, kms:ReEncryptFrom and 1 more action on key alias/keyferry/deploying/transit in 111111111111 eu-west-1 [right-gained]",
  );
  expect(stdout).toMatch(
    /^Nothing blocks: 0 blocking, \d+ notices; 0 resources before and 10 after were compared\.$/m,
  );
  expect(stdout).not.toContain("terraform_data");
  expect([await foundationKeys(builder()), await foundationKeys(prod())]).toEqual([0, 0]);
});

test("a deployment that one account denies completes the other accounts and ends with one explanation", async () => {
  await deny("kms:CreateKey");
  const { code, stdout, stderr } = await npmRun("deploy", "foundation-*", "--auto-approve");
  expect(code).toBe(1);
  expect(stderr.match(/ FAILED while/g)).toHaveLength(1);
  const [explanation = ""] = /^foundation-keys-prod FAILED while[^]*/m.exec(stderr) ?? [];
  for (const words of [
    "called: KMS CreateKey in account 222222222222, eu-central-1, as role keyferry-deploy of 222222222222",
    "AccessDeniedException: User: arn:aws:sts::222222222222:assumed-role/keyferry-deploy/",
    "cause: kms:CreateKey",
    "fix: account 222222222222 must remove the statement that denies kms:CreateKey",
    "run the same command again",
  ]) {
    expect(explanation).toContain(words);
  }
  expect(`${stdout}${stderr}`).not.toMatch(/^\s+at /m);
  expect(stderr.split("\n").length).toBeLessThan(40);
  expect(stdout).toMatch(/^foundation-keys-builder +applied in/m);
  expect(stdout).toMatch(/^foundation-access-builder +applied in/m);
  expect(stdout).toMatch(/^foundation-access-prod +not started: it depends on foundation-keys-prod$/m);
  expect(await foundationKeys(builder())).toBeGreaterThan(0);
  expect(await foundationKeys(prod())).toBe(0);
});

test("the same command completes the deployment once the account allows it, and then diff finds no changes", async () => {
  await permit();
  const { code, stdout } = await npmRun("deploy", "foundation-*", "--auto-approve");
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^foundation-keys-builder +no changes$/m)]);
  expect(await foundationKeys(prod())).toBeGreaterThan(0);
  const diff = await npmRun("diff", "foundation-*", "--exit-code");
  expect([diff.code, diff.stdout]).toEqual([0, expect.stringContaining("no changes in 4 stacks")]);
  expect(diff.stdout).not.toContain("were compared");
});

describe("a launch with an instance profile, and a group that Terraform refreshes", () => {
  const declare = (launch: LaunchInput) =>
    writeFileSync(
      path.join(cloud.directory, "keyferry.config.ts"),
      `export default ${JSON.stringify(topologyOf(launch))};\n`,
    );

  beforeAll(async () => {
    const { iam } = prod();
    const RoleName = "web-instance";
    const AssumeRolePolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
    });
    const InstanceProfileName = REFRESHED.instanceProfile;
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName }));
    await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName }));
    expect(await cloud.keyferry("run")).toMatchObject({ code: 0 });
    declare(REFRESHED);
  });

  test("fails while the deploy role may not pass the profile's role", async () => {
    await deny("iam:PassRole");
    const { code, stderr } = await npmRun("deploy", "consumers-prod", "--auto-approve");
    expect([code, stderr]).toEqual([1, expect.stringContaining("not authorized to use launch template")]);
    await permit();
  });

  test("is deployed, changed and destroyed with the documented permissions", async () => {
    await cloud.deploy("consumers-prod");
    const { autoScaling } = prod();
    const refreshes = async () =>
      (await autoScaling.send(new DescribeInstanceRefreshesCommand(GROUP))).InstanceRefreshes ?? [];
    expect(await refreshes()).toEqual([]);
    declare({ ...REFRESHED, userData: "#!/bin/sh\ntrue\n" });
    await cloud.deploy("consumers-prod");
    expect(await refreshes()).toHaveLength(1);
    const { code, stderr } = await npmRun("destroy", "consumers-prod", "--auto-approve");
    expect([code, code === 0 ? "" : stderr]).toEqual([0, ""]);
    const { AutoScalingGroups } = await autoScaling.send(new DescribeAutoScalingGroupsCommand({}));
    expect(AutoScalingGroups).toEqual([]);
  });
});

test("the framework's own tool works on the same stacks and state", async () => {
  const environment = { ...hostEnvironment(), env: cloud.env };
  const [{ script }, { env }] = await Promise.all([
    findFrameworkCli(environment),
    terraformParts(environment),
  ]);
  const output = path.join(cloud.env["KEYFERRY_REHEARSAL_DIR"] ?? "", "cdktf.out");
  const argv = [script, "diff", "foundation-keys-prod", "--skip-synth", "--output", output, "--no-color"];
  const { code, stdout } = await start(argv, { ...env, CI: "true" }, ROOT).finished;
  expect([code, stdout]).toEqual([0, expect.stringContaining("No changes")]);
});
