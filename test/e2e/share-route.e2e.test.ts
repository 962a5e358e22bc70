import { writeFileSync } from "node:fs";
import path from "node:path";
import {
  DescribeAutoScalingGroupsCommand,
  DescribeScalingActivitiesCommand,
} from "@aws-sdk/client-auto-scaling";
import {
  DescribeImagesCommand,
  ModifyImageAttributeCommand,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { GetRoleCommand } from "@aws-sdk/client-iam";
import { ListGrantsCommand, RevokeGrantCommand } from "@aws-sdk/client-kms";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { createDeployRoles } from "../../demo/furnish";
import type { Verification } from "../../scripts/engine/results";
import type { TopologyInput } from "../../topology";
import { Administrators, makeImage } from "../_helpers/virtual";
import { copiesOf, keyArn, keysOf, launchedVolumeKeys, ownImages, sharedWith } from "./lib/cloud-state";
import { giveDocumentedPermissions } from "./lib/deploy-role";
import { rehearse, type Rehearsal } from "./lib/rehearsal";
import { planStacks } from "./lib/terraform-plan";

/**
 * Prod launches images that the builder shares, with volumes under its own key; staging may launch them but does not. The whole
 * file uses one deployed foundation; each test continues from the previous one.
 */

jest.setTimeout(900_000);

const BUILDER = "111111111111";
const PROD = "222222222222";
const STAGING = "333333333333";
const REGION = "eu-west-1";
const SHARED = "alias/keyferry/shares/shared-images";
const GROUP = "keyferry-shares-web";

type Destination = NonNullable<TopologyInput["images"]>[string]["to"][number];
const PRODUCTION: Destination = {
  account: "prod",
  regions: [REGION],
  route: "share",
  keep: 1,
  launch: { instanceType: "t3.micro", volumes: { "/dev/xvda": {} } },
};
const STAGE: Destination = { account: "staging", regions: [REGION], route: "share", keep: 1 };

function topologyOf(...to: readonly Destination[]): TopologyInput {
  const from = { account: "builder", region: REGION, newest: { name: "web-*" } };
  return {
    name: "shares",
    accounts: { builder: { id: BUILDER }, prod: { id: PROD }, staging: { id: STAGING } },
    images: { web: { from, to: [...to], publishTo: "/images/web" } },
  };
}

let cloud: Rehearsal;
let admins: Administrators;
const of = (account: string) => admins.of(account, REGION);

async function build(name: string, keyAlias: string): Promise<string> {
  const place = { account: { id: BUILDER }, region: REGION } as Parameters<typeof makeImage>[2];
  return makeImage({ cloudClock: cloud.clock }, admins, place, name, [{ sizeGiB: 1, keyAlias }]);
}

async function shown(account: string): Promise<string | undefined> {
  const credentials = { accessKeyId: account, secretAccessKey: "rehearsal" };
  const ssm = new SSMClient({ endpoint: cloud.url, region: REGION, credentials });
  return (await ssm.send(new GetParameterCommand({ Name: "/images/web" }))).Parameter?.Value;
}

const copyOf = async (source: string) => (await copiesOf(of(BUILDER), source))[0];

async function verified(): Promise<readonly string[]> {
  const { stdout } = await cloud.keyferry("verify", "--json");
  const { jobs, leftovers } = JSON.parse(stdout) as Verification;
  return [...jobs.flatMap(({ job, wrong }) => wrong.map((what) => `${job}: ${what}`)), ...leftovers];
}

async function run(): Promise<void> {
  const { code, stdout, stderr } = await cloud.keyferry("run");
  expect({ code, output: code === 0 ? "" : stdout + stderr }).toEqual({ code: 0, output: "" });
}

async function grants() {
  const KeyId = await keyArn(of(BUILDER), SHARED);
  const { Grants = [] } = await of(BUILDER).kms.send(new ListGrantsCommand({ KeyId }));
  return Grants.filter(({ Name }) => Name?.startsWith("keyferry/") === true);
}

async function instances() {
  const { AutoScalingGroups } = await of(PROD).autoScaling.send(
    new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [GROUP] }),
  );
  return AutoScalingGroups?.[0]?.Instances ?? [];
}

/** Terminates the group's instances and waits for its next launch. @returns the status message of its newest activity */
async function launchAgain(): Promise<readonly string[]> {
  const InstanceIds = (await instances()).map(({ InstanceId = "" }) => InstanceId);
  if (InstanceIds.length > 0) await of(PROD).ec2.send(new TerminateInstancesCommand({ InstanceIds }));
  await cloud.clock.advance(3600);
  const { Activities = [] } = await of(PROD).autoScaling.send(
    new DescribeScalingActivitiesCommand({ AutoScalingGroupName: GROUP }),
  );
  return Activities.slice(0, 1).map(({ StatusMessage = "" }) => StatusMessage);
}

function declare(input: TopologyInput): void {
  const file = path.join(cloud.directory, "keyferry.config.ts");
  writeFileSync(file, `export default ${JSON.stringify(input)};\n`);
}

beforeAll(async () => {
  const topology = topologyOf(PRODUCTION, STAGE);
  cloud = await rehearse(topology, 600);
  admins = new Administrators(cloud.url);
  await createDeployRoles(cloud.url, cloud.topology);
  await giveDocumentedPermissions(cloud, cloud.topology, BUILDER, { namesKeys: true });
  const launchGrants = {
    keyArns: [`arn:aws:kms:${REGION}:${BUILDER}:key/*`],
    grantees: [{ awsServiceName: "autoscaling.amazonaws.com" as const }],
  };
  for (const account of [PROD, STAGING])
    await giveDocumentedPermissions(cloud, cloud.topology, account, { launches: true, launchGrants });
  await cloud.deploy("foundation-*");
});

afterAll(() => cloud.stop());

test("the deployment creates the service-linked roles that it creates grants for, and its second plan is empty", async () => {
  for (const account of [PROD, STAGING])
    await of(account).iam.send(new GetRoleCommand({ RoleName: "AWSServiceRoleForAutoScaling" }));
  expect((await grants()).map(({ IssuingAccount }) => IssuingAccount).sort()).toEqual([
    `arn:aws:iam::${PROD}:root`,
    `arn:aws:iam::${STAGING}:root`,
  ]);
  const synthesised = path.join(cloud.directory, "workspace/cdktf.out");
  const plans = await planStacks(synthesised, /^foundation-/, cloud.env);
  expect(plans.filter(({ code }) => code !== 0)).toEqual([]);
});

describe("an image under a key that cannot be shared", () => {
  test("is copied once in the builder's account, shared, and published in the launching accounts", async () => {
    const source = await build("web-1", "alias/aws/ebs");
    await run();
    const copy = await copyOf(source);
    const key = await keyArn(of(BUILDER), SHARED);
    expect(copy?.State).toBe("available");
    expect(await keysOf(of(BUILDER), copy)).toEqual([key]);
    expect([...(await sharedWith(of(BUILDER), copy ?? {}))].sort()).toEqual([PROD, STAGING]);
    for (const account of [PROD, STAGING]) {
      expect(await shown(account)).toBe(copy?.ImageId);
      expect(await ownImages(of(account))).toEqual([]);
    }
    expect(await verified()).toEqual([]);
  });

  test("is launched by prod's group, with its volumes under prod's own key", async () => {
    await cloud.deploy("consumers-prod");
    await cloud.clock.advance(3600);
    expect(await instances()).toMatchObject([{ LifecycleState: "InService" }]);
    expect(await launchedVolumeKeys(of(PROD))).toEqual([
      await keyArn(of(PROD), "alias/keyferry/shares/home"),
    ]);
  });

  test("is not changed by a second run, and plan shows it", async () => {
    const { stdout } = await cloud.keyferry("plan");
    expect(stdout).toMatch(/= eu-west-1 {2}prod, staging: launches from ami-\w+ of builder/);
    const before = await ownImages(of(BUILDER));
    await run();
    expect(await ownImages(of(BUILDER))).toEqual(before);
  });
});

test("without its share the launch fails with AWS's error; verify reports it, and the next run shares the image again", async () => {
  const ImageId = await shown(PROD);
  const LaunchPermission = { Remove: [{ UserId: PROD }] };
  await of(BUILDER).ec2.send(new ModifyImageAttributeCommand({ ImageId, LaunchPermission }));
  expect((await launchAgain()).join()).toMatch(/not authorized for images|does not exist/);
  expect(await verified()).toEqual([
    `web -> prod eu-west-1: ${ImageId} is not shared with ${PROD}; fix: keyferry run`,
    `web -> prod eu-west-1: ${PROD} cannot see ${ImageId} in ${REGION}`,
  ]);
  await run();
  expect(await verified()).toEqual([]);
  await launchAgain();
  expect(await instances()).toMatchObject([{ LifecycleState: "InService" }]);
});

describe("a newer image", () => {
  test("replaces the previous one, which is deleted only after prod no longer runs it", async () => {
    const [before] = await ownImages(of(BUILDER)).then((images) =>
      images.filter(({ Name }) => Name?.includes("keyferry")),
    );
    const source = await build("web-2", "alias/aws/ebs");
    await run();
    const copy = await copyOf(source);
    expect(await shown(PROD)).toBe(copy?.ImageId);
    const standing = async () => (await ownImages(of(BUILDER))).map(({ ImageId }) => ImageId);
    expect(await standing()).toContain(before?.ImageId);
    await launchAgain();
    await run();
    expect(await standing()).not.toContain(before?.ImageId);
    expect(await verified()).toEqual([]);
  });

  test("is shared directly, without a copy, if it is under the builder's key for shared images", async () => {
    const source = await build("web-3", SHARED);
    await run();
    expect(await copiesOf(of(BUILDER), source)).toEqual([]);
    for (const account of [PROD, STAGING]) expect(await shown(account)).toBe(source);
    await launchAgain();
    expect(await launchedVolumeKeys(of(PROD))).toEqual([
      await keyArn(of(PROD), "alias/keyferry/shares/home"),
    ]);
    expect(await verified()).toEqual([]);
  });
});

describe("an account with which the image is no longer shared", () => {
  test("sees none of the images after the next run, and loses its grant", async () => {
    declare(topologyOf(PRODUCTION));
    expect(await verified()).toContainEqual(expect.stringContaining(`is still shared with ${STAGING}`));
    await run();
    expect(await verified()).toEqual([]);
    const seen = await of(STAGING).ec2.send(new DescribeImagesCommand({ ExecutableUsers: ["self"] }));
    expect(seen.Images).toEqual([]);
    await cloud.deploy("foundation-*");
    expect((await grants()).map(({ IssuingAccount }) => IssuingAccount)).toEqual([
      `arn:aws:iam::${PROD}:root`,
    ]);
  });
});

test("clean withdraws the shares of a rule that no longer shares", async () => {
  declare(topologyOf({ account: "prod", regions: [REGION] }));
  const { stdout } = await cloud.keyferry("clean", "--apply");
  expect(stdout).toMatch(/the topology does not share it with .*222222222222.* any more/);
  for (const image of await ownImages(of(BUILDER))) expect(await sharedWith(of(BUILDER), image)).toEqual([]);
});

test("with volumesUnder: source-key, volumes are under the builder's key, and the second plan is empty", async () => {
  declare(topologyOf({ ...PRODUCTION, volumesUnder: "source-key" }));
  await cloud.deploy("foundation-*");
  await build("web-4", SHARED);
  await run();
  await cloud.deploy("consumers-prod");
  await launchAgain();
  await cloud.clock.advance(3600);
  expect(await instances()).toMatchObject([{ LifecycleState: "InService" }]);
  expect(await launchedVolumeKeys(of(PROD))).toEqual([await keyArn(of(BUILDER), SHARED)]);
  expect(await verified()).toEqual([]);
  const synthesised = path.join(cloud.directory, "workspace/cdktf.out");
  const plans = await planStacks(synthesised, /^(consumers|foundation-access)-prod$/, cloud.env);
  expect(plans.filter(({ code }) => code !== 0)).toEqual([]);
});

/** This test is last, because a plan waits for minutes for a grant that no longer exists, as the provider does. */
test("without its grant the launch fails with AWS's error; verify and doctor report it", async () => {
  const KeyId = await keyArn(of(BUILDER), SHARED);
  const grant = (await grants()).find(({ IssuingAccount }) => IssuingAccount?.includes(PROD));
  await of(BUILDER).kms.send(new RevokeGrantCommand({ KeyId, GrantId: grant?.GrantId }));
  expect(await launchAgain()).toEqual([
    expect.stringContaining("Client.InternalError: Client error on launch"),
  ]);
  expect(await verified()).toEqual([
    expect.stringMatching(
      /^web -> prod eu-west-1: .*AWSServiceRoleForAutoScaling has no grant that account 222222222222 created/,
    ),
  ]);
  const { stdout } = await cloud.keyferry("doctor");
  expect(stdout).toContain("has no grant that account 222222222222 created");
});
