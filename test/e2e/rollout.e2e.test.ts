import { DescribeAutoScalingGroupsCommand } from "@aws-sdk/client-auto-scaling";
import { DescribeInstancesCommand, type Instance } from "@aws-sdk/client-ec2";
import { DisableKeyCommand, EnableKeyCommand } from "@aws-sdk/client-kms";
import { furnish } from "../../demo/furnish";
import type { Host } from "../../scripts/cli/host";
import { runCli } from "../../scripts/cli/run-cli";
import { systemHost } from "../../scripts/cli/system-host";
import type { TopologyInput } from "../../topology";
import { ACME } from "../_helpers/topologies";
import { buildImage, copiesOf, keyArn, ownImages } from "./lib/cloud-state";
import { rehearse, type Rehearsal } from "./lib/rehearsal";
import { planStacks } from "./lib/terraform-plan";
import path from "node:path";

const web = ACME.images["web"] as NonNullable<TopologyInput["images"]>[string];

/** One group of three instances that follows the image, deployed by Terraform with realistic launch settings. */
const TOPOLOGY: TopologyInput = {
  ...ACME,
  name: "rollout",
  images: {
    web: {
      ...web,
      to: [
        {
          account: "prod",
          regions: ["eu-central-1"],
          keep: 2,
          launch: {
            instanceType: "m7i.large",
            minSize: 3,
            userData: "#!/bin/sh\necho ${HOSTNAME} > /tmp/ready\n",
            detailedMonitoring: true,
            metadata: { hopLimit: 2 },
            volumes: { "/dev/xvda": { sizeGiB: 20, type: "gp3" } },
            // Terraform must not interpret these as templates.
            tags: { role: "front", "100%{": "${path.module}" },
            refresh: { minHealthyPercentage: 50 },
          },
        },
      ],
    },
  },
};
const GROUP = "keyferry-rollout-web";

jest.setTimeout(600_000);

let cloud: Rehearsal;
const builder = () => cloud.admin("111111111111", "eu-west-1");
const prod = () => cloud.admin("222222222222", "eu-central-1");
/** Source images in the order in which they were built. */
const sources: string[] = [];

beforeAll(async () => {
  cloud = await rehearse(TOPOLOGY, 600);
  await furnish(cloud.url, cloud.topology, () => undefined);
  await cloud.deploy("foundation-*");
});

afterAll(() => cloud.stop());

/** Runs a command as a user does, in this process; fails with its output if the exit code is not the expected one. */
async function keyferry(code: number, ...argv: string[]): Promise<string> {
  let said = "";
  const host: Host = {
    ...systemHost,
    env: cloud.env,
    cwd: cloud.directory,
    out: (text) => void (said += `${text}\n`),
    err: (text) => void (said += `${text}\n`),
    load: () => ({ default: TOPOLOGY }),
    onInterrupt: () => () => undefined,
  };
  const before = { ...process.env };
  Object.assign(process.env, cloud.env);
  try {
    const ended = await runCli(argv, host);
    expect({ code: ended, said: ended === code ? "" : said }).toEqual({ code, said: "" });
    return said;
  } finally {
    for (const name of Object.keys(cloud.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  }
}

async function build(name: string): Promise<string> {
  const id = await buildImage(builder(), name);
  sources.push(id);
  await cloud.clock.advance(7 * 24 * 3600);
  return id;
}

/** ID of the copy of a source image. */
async function copyOf(source: string | undefined): Promise<string> {
  return (await copiesOf(prod(), source ?? ""))[0]?.ImageId ?? "no copy";
}

/** Images of the group's instances that are in service, one per instance. */
async function running(): Promise<readonly string[]> {
  return (await instances()).map(({ ImageId = "" }) => ImageId);
}

/** The group's instances that are in service. */
async function instances(): Promise<readonly Instance[]> {
  const { AutoScalingGroups = [] } = await prod().autoScaling.send(
    new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [GROUP] }),
  );
  const members = AutoScalingGroups[0]?.Instances ?? [];
  const ids = members.filter(({ LifecycleState }) => LifecycleState === "InService");
  const { Reservations = [] } = await prod().ec2.send(
    new DescribeInstancesCommand({ InstanceIds: ids.map(({ InstanceId = "" }) => InstanceId) }),
  );
  return Reservations.flatMap(({ Instances = [] }) => Instances);
}

const copies = async () => (await ownImages(prod())).map(({ Name }) => Name).sort();

test("first week: the group is deployed with the published copy, and its next plan is empty", async () => {
  const source = await build("web-1");
  await keyferry(0, "run");
  expect(await keyferry(0, "rollout", "--cancel")).toContain("nothing to cancel");
  expect(await keyferry(1, "rollout")).toContain("npx keyferry deploy 'consumers-prod'");
  await cloud.deploy("consumers-*");
  expect(await running()).toEqual(Array(3).fill(await copyOf(source)));
  for (const { Tags } of await instances()) {
    expect(Tags).toContainEqual({ Key: "100%{", Value: "${path.module}" });
  }
  const [plan] = await planStacks(
    path.join(cloud.directory, "workspace/cdktf.out"),
    /^consumers-/,
    cloud.env,
  );
  expect({ code: plan?.code, output: plan?.code === 0 ? "" : plan?.output }).toEqual({ code: 0, output: "" });
  expect(await keyferry(0, "rollout")).toMatch(/up to date/);
  expect(await keyferry(0, "verify")).toContain("all 3 instances run");
  expect(await keyferry(0, "doctor")).toMatch(/^instance-types\s+1\s+0\s+0$/m);
});

test("second week: rollout updates the group; status and verify report its images before and after", async () => {
  const source = await build("web-2");
  await keyferry(0, "run");
  const older = await copyOf(sources[0]);
  const behind = `3 of 3 instances run ${older} (web-1, copy of ${sources[0]}`;
  expect((await keyferry(0, "status")).replace(/\s+/g, " ")).toContain(behind);
  expect((await keyferry(1, "verify")).replace(/\s+/g, " ")).toContain(`${behind}`);
  const said = await keyferry(0, "rollout");
  expect(said).toContain(`replacing 3 instances with instances of ${await copyOf(source)}`);
  expect(said).toMatch(/replaced\s+ami-\w+\s+3 of 3/);
  expect(await running()).toEqual(Array(3).fill(await copyOf(source)));
  await keyferry(0, "verify");
});

test("third and fourth week: a copy that the group still runs stays, although only two are kept", async () => {
  await build("web-3");
  await keyferry(0, "run");
  const source = await build("web-4");
  const said = await keyferry(0, "run");
  const used = await copyOf(sources[1]);
  expect(said).toContain(`kept the old copy ${used}, because it is used by instance`);
  expect(await copies()).toEqual(["web-2", "web-3", "web-4"]);
  expect(await keyferry(0, "run", "--rollout")).toMatch(/replaced\s+ami-\w+\s+3 of 3/);
  expect(await running()).toEqual(Array(3).fill(await copyOf(source)));
  await keyferry(0, "run");
  expect(await copies()).toEqual(["web-3", "web-4"]);
});

test("fifth week: an image that cannot be launched stops the rollout, with AWS's reason, the cause and how to roll back", async () => {
  const source = await build("web-5");
  await keyferry(0, "run");
  const KeyId = await keyArn(prod(), "alias/keyferry/rollout/home");
  await prod().kms.send(new DisableKeyCommand({ KeyId }));
  const said = (await keyferry(1, "rollout")).replace(/\s+/g, " ");
  expect(said).toMatch(/the replacement of keyferry-rollout-web is Failed: /);
  expect(said).toMatch(/the group's last launch: (Failed|Cancelled): .*KMS key/);
  expect(said).toContain("must make the key in eu-central-1 usable again");
  expect(said).toContain("keyferry run --rollback web, then keyferry rollout");
  expect((await keyferry(3, "status")).replace(/\s+/g, " ")).toContain("the last replacement: Failed");
  // Half of the three instances, rounded up, always stay in service.
  expect(await running()).toEqual(Array(2).fill(await copyOf(sources[3])));

  await prod().kms.send(new EnableKeyCommand({ KeyId }));
  await keyferry(0, "rollout");
  expect(await running()).toEqual(Array(3).fill(await copyOf(source)));
});

test("a rollback of the image with --rollout rolls back the group", async () => {
  await keyferry(0, "run", "--rollback", "web", "--rollout");
  expect(await running()).toEqual(Array(3).fill(await copyOf(sources[3])));
  expect(await keyferry(0, "verify")).toContain("all 3 instances run");
});

test("wrong options are reported before any AWS call", async () => {
  expect(await keyferry(2, "rollout", "--only", "wbe")).toContain(
    "rules web; accounts prod; Regions eu-central-1",
  );
  expect(await keyferry(2, "rollout", "--cancel", "--restart")).toContain("allowed: one of the two");
});
