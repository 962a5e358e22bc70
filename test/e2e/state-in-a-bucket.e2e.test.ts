import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { DeleteRolePolicyCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { DescribeKeyCommand, GetKeyPolicyCommand } from "@aws-sdk/client-kms";
import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { furnish } from "../../demo/furnish";
import type { TopologyInput } from "../../topology";
import { giveDocumentedPermissions } from "./lib/deploy-role";
import { rehearse, ROOT, start, type Finished, type Rehearsal } from "./lib/rehearsal";

const BUILDER = "111111111111";
const PROD = "222222222222";
const STAGING = "333333333333";
const BUCKET = "acme-terraform";
const HOME = "alias/keyferry/remote/home";

type Destinations = Readonly<Record<string, readonly string[]>>;

/** Account -> Regions. */
const PROD_ALONE: Destinations = { prod: ["eu-central-1"] };
const PROD_AND_STAGING: Destinations = { ...PROD_ALONE, staging: ["eu-west-1"] };

function topologyOf(destinations: Destinations, isRemote: boolean): TopologyInput {
  return {
    name: "remote",
    accounts: { builder: { id: BUILDER }, prod: { id: PROD }, staging: { id: STAGING } },
    images: {
      web: {
        from: { account: "builder", region: "eu-west-1", newest: { name: "web-*" } },
        to: Object.entries(destinations).map(([account, regions]) => ({ account, regions: [...regions] })),
      },
    },
    ...(isRemote ? { state: { bucket: BUCKET, region: "eu-west-1" } } : {}),
  };
}

jest.setTimeout(600_000);

let cloud: Rehearsal;
let s3: S3Client;

const declare = (destinations: Destinations) =>
  writeFileSync(
    path.join(cloud.directory, "keyferry.config.ts"),
    `export default ${JSON.stringify(topologyOf(destinations, true))};\n`,
  );

/** Runs a command to its end; its messages are joined into one line. */
async function npmRun(...argv: readonly string[]): Promise<Finished> {
  const finished = await start([path.join(ROOT, "bin/keyferry.js"), ...argv], cloud.env, ROOT).finished;
  return { ...finished, stderr: finished.stderr.replace(/\s+/g, " ") };
}
const deploy = (...argv: readonly string[]) => npmRun("deploy", ...argv, "--auto-approve");

const objects = async () => {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET }));
  return Contents.map(({ Key }) => Key).sort();
};
const keyIn = async (account: string, region: string, alias = HOME) => {
  const { kms } = cloud.admin(account, region);
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: alias }));
  return { id: KeyMetadata?.KeyId ?? "", state: KeyMetadata?.KeyState };
};
const remembered = () => readFileSync(path.join(cloud.directory, "workspace/keyferry.lock.json"), "utf8");

function put(account: string, PolicyName: string, Statement: readonly object[]) {
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
  const { iam } = cloud.admin(account, "us-east-1");
  return iam.send(new PutRolePolicyCommand({ RoleName: "keyferry-deploy", PolicyName, PolicyDocument }));
}

let made: string;

beforeAll(async () => {
  const local = topologyOf(PROD_ALONE, false);
  cloud = await rehearse(local, 600);
  await furnish(cloud.url, cloud.topology, () => undefined);
  const credentials = { accessKeyId: BUILDER, secretAccessKey: "rehearsal" };
  s3 = new S3Client({ endpoint: cloud.url, region: "eu-west-1", credentials, forcePathStyle: true });
  await cloud.deploy("foundation-*");
  made = (await keyIn(PROD, "eu-central-1")).id;
});

afterAll(() => cloud.stop());

test("state that the topology moves to a bucket is migrated on request, and only after the bucket exists", async () => {
  declare(PROD_ALONE);
  const without = await deploy("foundation-keys-prod", "--migrate-state");
  expect([without.code, without.stderr]).toEqual([1, expect.stringContaining("npx keyferry state-bucket")]);

  expect(await cloud.keyferry("state-bucket")).toMatchObject({ code: 0 });
  for (const account of [BUILDER, PROD, STAGING])
    await giveDocumentedPermissions(
      cloud,
      cloud.topology,
      account,
      account === BUILDER ? { stateBucket: BUCKET } : {},
    );
  const unasked = await deploy("foundation-keys-prod");
  expect([unasked.code, unasked.stderr]).toEqual([1, expect.stringContaining("add --migrate-state")]);
  expect(await objects()).toEqual([]);

  const moved = await deploy("foundation-*", "--migrate-state");
  expect([moved.code, moved.stdout.match(/no changes$/gm)]).toEqual([0, Array(4).fill("no changes")]);
  expect(await objects()).toEqual(
    ["access-builder", "access-prod", "keys-builder", "keys-prod"].map(
      (stack) => `remote/foundation-${stack}.tfstate`,
    ),
  );
});

test("a second deployment changes nothing, and leaves no lock behind", async () => {
  const { code, stdout } = await deploy("foundation-*-prod");
  expect([code, stdout.match(/no changes$/gm)]).toEqual([0, Array(2).fill("no changes")]);
  expect((await objects()).filter((key) => key?.endsWith(".tflock"))).toEqual([]);
  expect((await keyIn(PROD, "eu-central-1")).id).toBe(made);
});

test("diff plans an account that was never deployed, and leaves nothing in the bucket", async () => {
  declare(PROD_AND_STAGING);
  const before = await objects();
  const { code, stdout, stderr } = await npmRun("diff", "foundation-*-staging", "--exit-code");
  expect([code, stderr]).toEqual([4, expect.not.stringContaining("FAILED")]);
  expect(stdout).toMatch(/^foundation-keys-staging +2 to add/m);
  expect(stdout).toMatch(/^foundation-access-staging .*values from .*foundation-keys-staging/m);
  expect(await objects()).toEqual(before);
});

test("a key that a failed deployment did not create is removed from the lock file after its place is removed", async () => {
  await put(STAGING, "organisation", [{ Effect: "Deny", Action: "kms:CreateKey", Resource: "*" }]);
  expect((await deploy("foundation-keys-staging")).code).toBe(1);
  expect(remembered()).toContain(STAGING);
  declare(PROD_ALONE);
  const doctor = JSON.parse((await cloud.keyferry("doctor", "--json")).stdout) as {
    findings: readonly { readonly check: string; readonly state: string }[];
  };
  expect(
    doctor.findings.filter(({ check, state }) => check === "foundation-keys" && state === "failed"),
  ).toEqual([]);
  const { code, stderr } = await deploy("foundation-keys-staging");
  expect([code, stderr]).toEqual([0, expect.stringContaining("was never created")]);
  expect(remembered()).not.toMatch(/333333333333[^]*unconfirmed/);
  await cloud
    .admin(STAGING, "us-east-1")
    .iam.send(new DeleteRolePolicyCommand({ RoleName: "keyferry-deploy", PolicyName: "organisation" }));
});

test("the key of a removed place is retired, and the place gets it back with the same ID", async () => {
  const letIn = async () => {
    const { kms } = cloud.admin(BUILDER, "eu-west-1");
    const { id } = await keyIn(BUILDER, "eu-west-1", "alias/keyferry/remote/transit");
    const key = { KeyId: id, PolicyName: "default" };
    return (await kms.send(new GetKeyPolicyCommand(key))).Policy?.includes(PROD);
  };
  expect(await letIn()).toBe(true);
  declare({ staging: ["eu-west-1"] });
  expect(await deploy("foundation-keys-builder", "foundation-keys-prod")).toMatchObject({ code: 0 });
  expect(await letIn()).toBe(false);
  expect(await keyIn(PROD, "eu-central-1")).toMatchObject({ id: made, state: "Enabled" });
  declare(PROD_ALONE);
  expect(await deploy("foundation-keys-prod")).toMatchObject({ code: 0 });
  expect((await keyIn(PROD, "eu-central-1")).id).toBe(made);
});
