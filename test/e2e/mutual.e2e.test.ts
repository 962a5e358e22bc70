import { writeFileSync } from "node:fs";
import path from "node:path";
import { GetPublicAccessBlockCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  GetKeyPolicyCommand,
  PutKeyPolicyCommand,
} from "@aws-sdk/client-kms";
import { furnish } from "../../demo/furnish";
import type { RunEvent } from "../../scripts/engine/events";
import type { Finding } from "../../scripts/engine/finding";
import type { Plan } from "../../scripts/engine/results";
import type { TopologyInput } from "../../topology";
import { copiesOf, keyArn, keysOf, ownImages } from "./lib/cloud-state";
import { rehearse, type Rehearsal } from "./lib/rehearsal";
import { planStacks } from "./lib/terraform-plan";

/**
 * Two accounts that both send and receive, and a third one, so that two accounts need the same image in another Region; with
 * Terraform's state in a bucket.
 */
const TOPOLOGY: TopologyInput = {
  name: "mutual",
  accounts: {
    east: { id: "111111111111" },
    west: { id: "222222222222" },
    south: { id: "333333333333" },
  },
  images: {
    api: {
      from: { account: "east", region: "us-east-1", newest: { name: "api-*" } },
      to: [
        { account: "west", regions: ["us-west-2"] },
        { account: "south", regions: ["us-west-2"] },
      ],
    },
    worker: {
      from: { account: "west", region: "us-west-2", newest: { name: "worker-*" } },
      to: [{ account: "east", regions: ["us-east-1"] }],
    },
  },
  state: { bucket: "mutual-terraform-state", region: "us-east-1" },
};

let cloud: Rehearsal;
/** The events of the run. */
let events: readonly RunEvent[] = [];
const s3 = () =>
  new S3Client({
    endpoint: cloud.url,
    region: "us-east-1",
    forcePathStyle: true,
    credentials: { accessKeyId: "111111111111", secretAccessKey: "rehearsal" },
  });

jest.setTimeout(600_000);

beforeAll(async () => {
  cloud = await rehearse(TOPOLOGY);
  await furnish(cloud.url, cloud.topology, () => undefined);
});

afterAll(() => cloud.stop());

test("state-bucket creates a private bucket once, and running it again changes nothing", async () => {
  for (let time = 0; time < 2; time += 1) {
    const { code, stderr } = await cloud.keyferry("state-bucket");
    expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
  }
  const { PublicAccessBlockConfiguration } = await s3().send(
    new GetPublicAccessBlockCommand({ Bucket: "mutual-terraform-state" }),
  );
  expect(PublicAccessBlockConfiguration).toMatchObject({
    BlockPublicAcls: true,
    RestrictPublicBuckets: true,
  });
});

test("the foundation deploys without a cycle, its state is in the bucket, and its plan is empty", async () => {
  await cloud.deploy("foundation-*");
  const { Contents = [] } = await s3().send(new ListObjectsV2Command({ Bucket: "mutual-terraform-state" }));
  expect(Contents.map((object) => object.Key).sort()).toEqual([
    "mutual/foundation-access-east.tfstate",
    "mutual/foundation-access-south.tfstate",
    "mutual/foundation-access-west.tfstate",
    "mutual/foundation-keys-east.tfstate",
    "mutual/foundation-keys-south.tfstate",
    "mutual/foundation-keys-west.tfstate",
  ]);
  const plans = await planStacks(path.join(cloud.directory, "workspace/cdktf.out"), /./, cloud.env);
  expect(plans.map(({ stack, code }) => `${stack} ${code}`)).toEqual([
    "foundation-access-east 0",
    "foundation-access-south 0",
    "foundation-access-west 0",
    "foundation-keys-east 0",
    "foundation-keys-south 0",
    "foundation-keys-west 0",
  ]);
});

/** The JSON of `keyferry plan`, with the user's prices. */
async function planned(): Promise<Plan> {
  const prices = { currency: "USD", transferPerGiB: { "*": { "*": 0.02 } } };
  writeFileSync(path.join(cloud.directory, "prices.json"), JSON.stringify(prices));
  const { code, stdout, stderr } = await cloud.keyferry("plan", "--json", "--prices", "prices.json");
  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout) as Plan;
}

test("the plan has one cross-Region copy for each image, less data than the volumes' size, and its price", async () => {
  const { counts, crossRegion, crossRegionGiB, rules, cost } = await planned();
  expect(counts).toMatchObject({ copy: 5, transit: 2, stand: 0 });
  expect(crossRegion.map(({ from, to, copies }) => [from, to, copies])).toEqual(
    expect.arrayContaining([
      ["us-east-1", "us-west-2", 1],
      ["us-west-2", "us-east-1", 1],
    ]),
  );
  expect(crossRegionGiB).toBeGreaterThan(0);
  expect(crossRegionGiB).toBeLessThan(rules.reduce((sum, { sizeGiB }) => sum + sizeGiB, 0));
  expect(cost?.once).toBeCloseTo(crossRegionGiB * 0.02, 5);
});

test("one run carries both images, each under the home keys of its destination accounts", async () => {
  const east = cloud.admin("111111111111", "us-east-1");
  const west = cloud.admin("222222222222", "us-west-2");
  const south = cloud.admin("333333333333", "us-west-2");
  const sources = [(await ownImages(east))[0], (await ownImages(west))[0]];
  const { code, stderr } = await cloud.keyferry("run", "--json");
  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
  for (const [admin, source] of [
    [west, sources[0]],
    [south, sources[0]],
    [east, sources[1]],
  ] as const) {
    const copies = await copiesOf(admin, source?.ImageId ?? "");
    expect(copies.map((copy) => copy.State)).toEqual(["available"]);
    expect(await keysOf(admin, copies[0])).toEqual(
      Array(3).fill(await keyArn(admin, "alias/keyferry/mutual/home")),
    );
  }
  events = stderr.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as RunEvent]));
});

test("the image that two accounts need in another Region is copied across Regions once, and no transit copy is left", async () => {
  const started = events.flatMap((event) => (event.code === "CopyStarted" ? [event] : []));
  const transit = started.find(({ node }) => node === "api/transit/east/us-west-2");
  const finals = started.filter(({ node }) => node.startsWith("api/final/"));
  expect(finals.map(({ fromImageId }) => fromImageId)).toEqual([transit?.imageId, transit?.imageId]);
  expect(await ownImages(cloud.admin("111111111111", "us-west-2"))).toEqual([]);
  const { code, stdout } = await cloud.keyferry("verify");
  expect({ code, stdout: code === 0 ? "" : stdout }).toEqual({ code: 0, stdout: "" });
  expect((await planned()).counts).toMatchObject({ copy: 0, stand: 3, remove: 0 });
});

describe("an account with its own keys, one for its copies and one for transit", () => {
  const own = { home: "alias/west-data", transit: "alias/west-shared" };
  const west = () => cloud.admin("222222222222", "us-west-2");

  beforeAll(async () => {
    for (const AliasName of Object.values(own)) {
      const { KeyMetadata } = await west().kms.send(new CreateKeyCommand({}));
      await west().kms.send(new CreateAliasCommand({ AliasName, TargetKeyId: KeyMetadata?.KeyId }));
    }
    const accounts = { ...TOPOLOGY.accounts, west: { id: "222222222222", ownKeys: own } };
    writeFileSync(
      path.join(cloud.directory, "keyferry.config.ts"),
      `export default ${JSON.stringify({ ...TOPOLOGY, accounts })};\n`,
    );
    await cloud.deploy("foundation-*");
  });

  test("doctor prints the statements that a key policy lacks, and passes once they are added", async () => {
    const lacking = await doctorOn("own-keys");
    expect(lacking.code).toBe(3);
    expect(lacking.found.map(({ state, what }) => [state, what])).toEqual([
      ["passed", expect.stringContaining("alias/west-data")],
      ["failed", expect.stringContaining("lacks CopiersDescribe, CopiersGrantToEbs, CopiersUseThroughEc2")],
    ]);
    const fix = lacking.found[1]?.fix ?? "";
    const KeyId = await keyArn(west(), own.transit);
    const { Policy = "{}" } = await west().kms.send(new GetKeyPolicyCommand({ KeyId }));
    const policy = JSON.parse(Policy) as { Statement: object[] };
    policy.Statement.push(...(JSON.parse(fix.slice(fix.indexOf("["))) as object[]));
    await west().kms.send(
      new PutKeyPolicyCommand({ KeyId, PolicyName: "default", Policy: JSON.stringify(policy) }),
    );
    const after = await doctorOn("own-keys");
    expect(after.found.map(({ state }) => state)).toEqual(["passed", "passed"]);
    expect(after.code).toBe(0);
  });

  test("runs use these keys for newer images, and the foundation's keys stay enabled", async () => {
    await furnish(cloud.url, cloud.topology, () => undefined);
    const east = cloud.admin("111111111111", "us-east-1");
    const newest = async (admin: typeof east, name: string) =>
      (await ownImages(admin)).filter(({ Name = "" }) => Name.startsWith(name)).at(-1)?.ImageId ?? "";
    const [api, worker] = [await newest(east, "api-"), await newest(west(), "worker-")];
    const { code, stderr } = await cloud.keyferry("run", "--json");
    expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
    const [copy] = await copiesOf(west(), api);
    expect(await keysOf(west(), copy)).toEqual(Array(3).fill(await keyArn(west(), own.home)));
    expect(await copiesOf(east, worker)).toHaveLength(1);
    for (const purpose of ["home", "transit"]) {
      const KeyId = `alias/keyferry/mutual/${purpose}`;
      const { KeyMetadata } = await west().kms.send(new DescribeKeyCommand({ KeyId }));
      expect(KeyMetadata?.KeyState).toBe("Enabled");
    }
    expect((await cloud.keyferry("verify")).code).toBe(0);
  });
});

async function doctorOn(check: string) {
  const { code, stdout } = await cloud.keyferry("doctor", "--json");
  const { findings } = JSON.parse(stdout) as { findings: readonly Finding[] };
  return { code, found: findings.filter((finding) => finding.check === check) };
}
