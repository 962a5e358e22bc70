import fs from "node:fs";
import path from "node:path";
import {
  DescribeImagesCommand,
  DescribeSnapshotsCommand,
  RegisterImageCommand,
  type Image,
} from "@aws-sdk/client-ec2";
import { ListMultipartUploadsCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { furnish } from "../../demo/furnish";
import type { Lock, TopologyInput } from "../../topology";
import { keyArn } from "./lib/cloud-state";
import { rehearse, ROOT, start, type Finished, type Rehearsal } from "./lib/rehearsal";

/**
 * An image is copied through S3 to another account and Region, as the topology says, and to a third account, as a plan chose
 * because no key may be shared; Terraform deploys the foundation.
 */
const TOPOLOGY: TopologyInput = {
  name: "vault",
  accounts: {
    builder: { id: "111111111111", shareKeys: false },
    prod: { id: "222222222222" },
    staging: { id: "333333333333", ebsDefaults: true },
  },
  images: {
    web: {
      from: { account: "builder", region: "eu-west-1", newest: { name: "web-*" }, keys: ["alias/app-data"] },
      to: [
        { account: "prod", regions: ["eu-central-1"], route: "store-restore", keep: 1 },
        { account: "staging", regions: ["eu-west-1"], route: "auto" },
      ],
      tags: { team: "platform" },
      publishTo: "/images/web",
    },
  },
};
const HOME = "alias/keyferry/vault/home";
const RECEIVED = "keyferry-vault-222222222222-eu-central-1";

const STAGING_BUCKET = "keyferry-vault-333333333333-eu-west-1";

let cloud: Rehearsal;
let undecided: Finished;
let chosen: Finished;
const builder = () => cloud.admin("111111111111", "eu-west-1");
const prod = () => cloud.admin("222222222222", "eu-central-1");
const staging = () => cloud.admin("333333333333", "eu-west-1");

jest.setTimeout(600_000);

beforeAll(async () => {
  cloud = await rehearse(TOPOLOGY);
  await furnish(cloud.url, cloud.topology, () => undefined);
  undecided = await cloud.keyferry("run");
  chosen = await cloud.keyferry("plan", "--routes", "--write");
  await cloud.deploy("foundation-*");
});
afterAll(() => cloud.stop());

async function images({ ec2 }: ReturnType<typeof builder>): Promise<readonly Image[]> {
  return (await ec2.send(new DescribeImagesCommand({ Owners: ["self"] }))).Images ?? [];
}

async function keysOfSnapshots({
  ec2,
}: ReturnType<typeof builder>): Promise<readonly (string | undefined)[]> {
  const { Snapshots = [] } = await ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ["self"] }));
  return [...new Set(Snapshots.map(({ KmsKeyId }) => KmsKeyId))];
}

async function objects({ s3 }: ReturnType<typeof builder>, bucket: string): Promise<readonly string[]> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }));
  return Contents.map(({ Key = "" }) => Key);
}

async function uploads(): Promise<readonly (string | undefined)[]> {
  const { Uploads = [] } = await prod().s3.send(new ListMultipartUploadsCommand({ Bucket: RECEIVED }));
  return Uploads.map(({ UploadId }) => UploadId);
}

async function nothingIsLeft(): Promise<void> {
  expect(await objects(builder(), "keyferry-vault-111111111111-eu-west-1")).toEqual([]);
  expect(await objects(prod(), RECEIVED)).toEqual([]);
  expect(await objects(staging(), STAGING_BUCKET)).toEqual([]);
  expect(await uploads()).toEqual([]);
}

/** The route in the lock file for the account `staging`. */
function routeInLock(): string | undefined {
  const file = path.join(cloud.directory, "workspace/keyferry.lock.json");
  const { topologies } = JSON.parse(fs.readFileSync(file, "utf8")) as Lock;
  return topologies["vault"]?.routes?.["web"]?.["333333333333/eu-west-1"];
}

test("before a deployment, plan chooses the route that shares no key, prints the reason, and records the route", () => {
  expect(undecided.code).toBe(2);
  expect(undecided.stderr).toContain("no route has been chosen yet for staging in eu-west-1");
  expect(undecided.stderr).toContain("npx keyferry plan --write");
  expect(chosen.code).toBe(0);
  const told = chosen.stdout.replace(/\s+/g, " ");
  expect(told).toContain("copy-image is closed, because builder shares its keys with no other account");
  expect(told).toContain("web -> staging eu-west-1: store-restore");
  expect(routeInLock()).toBe("store-restore");
});

test("an image is copied under the home key of each destination, and no intermediate copies or objects are left", async () => {
  const run = await cloud.keyferry("run");
  expect(run.stderr).toContain("by the route store-restore");
  expect(run.code).toBe(0);
  const [source] = await images(builder());
  for (const admin of [prod(), staging()]) {
    const copies = await images(admin);
    expect(copies).toMatchObject([
      { State: "available", Name: source?.Name, Architecture: source?.Architecture },
    ]);
    expect(copies[0]?.Tags).toContainEqual({ Key: "keyferry:source-image", Value: source?.ImageId });
    expect(copies[0]?.Tags).toContainEqual({ Key: "team", Value: "platform" });
    // The restored snapshots, under the EBS default key or unencrypted, no longer exist.
    expect(await keysOfSnapshots(admin)).toEqual([await keyArn(admin, HOME)]);
  }
  await nothingIsLeft();
  expect((await cloud.keyferry("verify")).code).toBe(0);
});

test("a second run does nothing, and Terraform finds nothing to change", async () => {
  const run = await cloud.keyferry("run");
  expect(run.code).toBe(0);
  expect(run.stderr).not.toContain("is stored as");
  const deployed = await cloud.deploy("foundation-*");
  expect(deployed).toMatch(/foundation-access-builder +no changes/);
  expect(deployed).not.toContain("applied");
});

test("a run that stops while it copies parts is continued with the same upload", async () => {
  await furnish(cloud.url, cloud.topology, () => undefined);
  const refused = { kind: "fail", code: "InvalidRequest", message: "not now", status: 400 };
  await cloud.setFaults([
    { service: "s3", operation: "UploadPartCopy", region: "eu-central-1", effect: refused },
  ]);
  const failed = await cloud.keyferry("run");
  expect(failed.code).toBe(1);
  expect(failed.stderr).toContain("not now");
  expect(failed.stderr).toContain("1 succeeded, 1 failed");
  await cloud.setFaults([]);
  const before = await uploads();
  expect(before).toHaveLength(1);
  const begun = { kind: "fail", code: "InvalidRequest", message: "begun anew", status: 400 };
  await cloud.setFaults([
    { service: "s3", operation: "CreateMultipartUpload", region: "eu-central-1", effect: begun },
  ]);
  expect((await cloud.keyferry("run")).code).toBe(0);
  await cloud.setFaults([]);
  expect(await images(prod())).toHaveLength(1);
  await nothingIsLeft();
  expect((await cloud.keyferry("verify")).code).toBe(0);
});

test("an object that changes during its copy is refused, and the next run copies it completely", async () => {
  await furnish(cloud.url, cloud.topology, () => undefined);
  const changed = {
    kind: "fail",
    code: "PreconditionFailed",
    message: "At least one of the pre-conditions you specified did not hold",
    status: 412,
  };
  await cloud.setFaults([{ service: "s3", operation: "UploadPartCopy", nth: 1, effect: changed }]);
  const { code, stderr } = await cloud.keyferry("run");
  expect(code).toBe(1);
  expect(stderr).toMatch(/was changed while it was copied/);
  expect(stderr).not.toContain("    at ");
  expect(await uploads()).toEqual([]);
  await cloud.setFaults([]);
  expect((await cloud.keyferry("run")).code).toBe(0);
  await nothingIsLeft();
});

test("the synthesised policies are proved without AWS, and doctor and clean find nothing", async () => {
  expect((await cloud.keyferry("doctor", "--offline")).code).toBe(0);
  const doctor = await cloud.keyferry("doctor");
  expect(doctor.stdout).toContain("restorable");
  expect(doctor.code).toBe(0);
  expect((await cloud.keyferry("clean")).stdout).toContain("nothing");
});

test("a run whose image needs another route than the recorded one exits with 3; plan then records the new route, and synthesis uses it", async () => {
  const config = path.join(cloud.directory, "keyferry.config.ts");
  const before = fs.readFileSync(config, "utf8");
  const shared = { ...TOPOLOGY, accounts: { ...TOPOLOGY.accounts, builder: { id: "111111111111" } } };
  fs.writeFileSync(config, `export default ${JSON.stringify(shared)};`);
  const [image] = await images(builder());
  await builder().ec2.send(
    new RegisterImageCommand({
      Name: "web-paravirtual",
      VirtualizationType: "paravirtual",
      Architecture: "x86_64",
      RootDeviceName: image?.RootDeviceName,
      BlockDeviceMappings: [
        {
          DeviceName: image?.RootDeviceName,
          Ebs: { SnapshotId: image?.BlockDeviceMappings?.[0]?.Ebs?.SnapshotId },
        },
      ],
    }),
  );
  const copies = await images(staging());
  const run = await cloud.startKeyferry(["run", "--only", "staging"]).finished;
  expect(run.code).toBe(3);
  expect(run.stderr).toContain("keyferry.lock.json has the route store-restore for it");
  expect(run.stderr).toContain("it needs copy-image");
  expect(await images(staging())).toEqual(copies);
  const plan = await cloud.keyferry("plan", "--write");
  expect(plan.stdout).toContain("web -> staging eu-west-1: copy-image (was store-restore)");
  expect(plan.code).toBe(0);
  expect(routeInLock()).toBe("copy-image");
  const synth = await start([path.join(ROOT, "bin/keyferry.js"), "synth"], cloud.env, ROOT).finished;
  expect(synth.code).toBe(0);
  const stacks = path.join(cloud.directory, "workspace/cdktf.out/stacks");
  const stack = (name: string) => fs.readFileSync(path.join(stacks, name, "cdk.tf.json"), "utf8");
  expect(stack("foundation-access-staging")).not.toContain(STAGING_BUCKET);
  expect(stack("foundation-access-prod")).toContain(RECEIVED);
  expect(stack("foundation-keys-builder")).toContain("alias/keyferry/vault/transit");
  fs.writeFileSync(config, before);
});
