import { readFileSync } from "node:fs";
import path from "node:path";
import { DescribeImagesCommand, RunInstancesCommand } from "@aws-sdk/client-ec2";
import { CreateRoleCommand, PutRolePolicyCommand, UpdateAssumeRolePolicyCommand } from "@aws-sdk/client-iam";
import { DecryptCommand, EncryptCommand, KMSClient } from "@aws-sdk/client-kms";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { deployPolicy, deployTrust, proofTarget, renderPolicy, type DeployAccess } from "../../policy";
import { homeKeyAlias, resolveTopology, transitKeyAlias, type TopologyInput } from "../../topology";
import type { Audit } from "../../scripts/engine/results";
import {
  Administrators,
  deployFoundation,
  deskOf,
  makeImage,
  startVirtualCloud,
  type Desk,
  type VirtualCloud,
} from "../_helpers/virtual";

/** Two images that are copied to another account and Region through transit copies under one key. */
const INPUT: TopologyInput = {
  name: "audited",
  accounts: { builder: { id: "111111111111" }, prod: { id: "222222222222" } },
  images: Object.fromEntries(
    ["web", "db"].map((name) => [
      name,
      {
        from: { account: "builder", region: "eu-west-1", newest: { name: `${name}-*` }, keys: ["alias/app"] },
        to: [{ account: "prod", regions: ["eu-central-1"] }],
      },
    ]),
  ),
};
const topology = resolveTopology(INPUT);
const BUILDER = "111111111111";
const PROD = "222222222222";

jest.setTimeout(240_000);

let cloud: VirtualCloud;
let admins: Administrators;
let desk: Desk;
let carried: Buffer;

beforeAll(async () => {
  cloud = await startVirtualCloud(topology.operator.id);
  admins = new Administrators(cloud.url);
  await deployFoundation(admins, topology);
  for (const { id } of topology.accounts) await makeDeployRole(id, { auditsKeys: true });
  for (const { name, from } of topology.rules)
    await makeImage(cloud, admins, from, `${name}-1`, [
      { sizeGiB: 8 },
      { sizeGiB: 4, keyAlias: "alias/app" },
    ]);
  desk = deskOf(cloud, INPUT);
  expect(await desk.give("run")).toMatchObject({ code: 0 });
  carried = await cloud.dump();
});
beforeEach(() => cloud.load(carried));
afterAll(async () => {
  expect(cloud.defects).toEqual([]);
  desk.remove();
  await cloud.stop();
});

/** The role that docs/deploy-role.md describes, in an account. */
async function makeDeployRole(account: string, uses: Partial<DeployAccess>): Promise<void> {
  const access: DeployAccess = {
    topology: topology.name,
    partition: "aws",
    account,
    operatorAccount: topology.operator.id,
    runnerRole: "keyferry-audited-runner",
    ebsDefaults: false,
    launches: false,
    deletesKeys: false,
    ...uses,
  };
  const { iam } = admins.of(account, "us-east-1");
  const text = (statements: ReturnType<typeof deployPolicy>) =>
    JSON.stringify(renderPolicy(statements, proofTarget));
  await iam
    .send(
      new CreateRoleCommand({
        RoleName: "keyferry-deploy",
        AssumeRolePolicyDocument: text(deployTrust(access)),
      }),
    )
    .catch((error: Error) => expect(error.name).toBe("EntityAlreadyExistsException"));
  const PolicyDocument = text(deployPolicy(access));
  await iam.send(
    new PutRolePolicyCommand({ RoleName: "keyferry-deploy", PolicyName: "deploy", PolicyDocument }),
  );
}

async function audited(...argv: string[]): Promise<{ readonly code: number; readonly found: Audit }> {
  const { code, out } = await desk.give("audit", "--json", ...argv);
  return { code, found: JSON.parse(out) as Audit };
}

/** For each copy: the operations, their keys, and the accounts whose event history contains them. */
function told({ copies }: Audit): Record<string, readonly string[]> {
  return Object.fromEntries(
    copies.map(({ copies: nodes, uses }) => [
      nodes.join(" "),
      [
        ...new Set(uses.map(({ operation, key, seenIn }) => `${operation} ${key} ${seenIn.join("+")}`)),
      ].sort(),
    ]),
  );
}

test("each use of a key for a copy is reported once, with its copy and the accounts whose history contains it", async () => {
  const { code, found } = await audited();
  expect({ code, foreign: found.foreign, unseen: found.unseen }).toEqual({
    code: 0,
    foreign: [],
    unseen: [],
  });
  const home = "prod/eu-central-1/home";
  const transit = "builder/eu-west-1/transit";
  const finals = (rule: string) => `${rule}/final/prod/eu-central-1`;
  const final = [`CreateGrant ${home} ${PROD}`, `GenerateDataKeyWithoutPlaintext ${home} ${PROD}`];
  expect(told(found)).toEqual({
    [finals("web")]: final,
    [finals("db")]: final,
    // One run made the copies of both rules, from snapshots that no longer exist: nothing distinguishes them any more.
    [`${finals("db")} ${finals("web")}`]: [`CreateGrant ${transit} ${PROD}+${BUILDER}`],
    "db/transit/builder/eu-west-1 web/transit/builder/eu-west-1": [
      `CreateGrant ${transit} ${BUILDER}`,
      `GenerateDataKeyWithoutPlaintext ${transit} ${BUILDER}`,
    ],
  });
  const [shared] = found.copies.flatMap(({ uses }) => uses).filter(({ seenIn }) => seenIn.length > 1);
  expect(shared?.by).toMatchObject({
    account: PROD,
    roleArn: `arn:aws:iam::${PROD}:role/keyferry-audited-runner`,
    through: "AWS Internal",
  });
  expect(shared?.sharedEventId).toMatch(/^[0-9a-f-]{36}$/);
  expect(new Set(shared?.eventIds).size).toBe(2);
});

test("a manual use of a key is reported with its principal and its operation", async () => {
  const { kms } = admins.of(PROD, "eu-central-1");
  const KeyId = homeKeyAlias(topology.name);
  const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from("x") }));
  await kms.send(new DecryptCommand({ CiphertextBlob }));
  const { code, found } = await audited();
  expect(code).toBe(1);
  expect(found.foreign.map(({ operation, key, by }) => [operation, key, by.arn])).toEqual([
    ["Encrypt", "prod/eu-central-1/home", `arn:aws:iam::${PROD}:user/administrator`],
    ["Decrypt", "prod/eu-central-1/home", `arn:aws:iam::${PROD}:user/administrator`],
  ]);
  const { out } = await desk.give("audit");
  expect(out).toMatch(/2 uses NOT BELONGING TO ANY COPY OR LAUNCH/);
  expect(out).toMatch(/Encrypt +prod\/eu-central-1\/home +user\/administrator of 222222222222, directly/);
});

test("report shows key uses only with --audit", async () => {
  const page = path.join(desk.directory, "report.html");
  expect(await desk.give("report", "--out", page)).toMatchObject({ code: 0 });
  expect(readFileSync(page, "utf8")).not.toContain("Who has used the keys");
  expect(await desk.give("report", "--audit", "--out", page)).toMatchObject({ code: 0 });
  const text = readFileSync(page, "utf8");
  expect(text).toContain("Every use belongs to a copy or a launch.");
  expect(text).toContain("db (transit) builder eu-west-1, or web (transit) builder eu-west-1");
});

test("a denied call from another account is found only in that account's history", async () => {
  const arn = cloud.composition.cloud.keys.find(transitKeyAlias(topology.name), BUILDER, "eu-west-1")?.arn;
  const { kms } = admins.of(PROD, "eu-west-1");
  const refused = kms.send(new EncryptCommand({ KeyId: arn, Plaintext: Buffer.from("x") }));
  await expect(refused).rejects.toMatchObject({ name: "AccessDeniedException" });
  const { found } = await audited();
  const [first, ...again] = found.foreign;
  expect(first).toMatchObject({
    ...{ operation: "Encrypt", key: "builder/eu-west-1/transit" },
    ...{ refusal: { code: "AccessDenied" }, seenIn: [PROD] },
  });
  // The client retries the denied call.
  expect(again.every(({ refusal }) => refusal?.code === "AccessDenied")).toBe(true);
});

test("a direct use of a key by the runner role, not through EC2, belongs to no copy", async () => {
  const { iam } = admins.of(PROD, "us-east-1");
  const endpoint = { endpoint: cloud.url, region: "eu-central-1" };
  const sts = new STSClient({ ...endpoint, credentials: { accessKeyId: PROD, secretAccessKey: "x" } });
  const role = { RoleName: "keyferry-audited-runner" };
  const Statement = [{ Effect: "Allow", Action: "kms:Encrypt", Resource: "*" }];
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
  await iam.send(new PutRolePolicyCommand({ ...role, PolicyName: "widened", PolicyDocument }));
  const trust = { Effect: "Allow", Principal: { AWS: PROD }, Action: "sts:AssumeRole" };
  const trusting = JSON.stringify({ Version: "2012-10-17", Statement: [trust] });
  await iam.send(new UpdateAssumeRolePolicyCommand({ ...role, PolicyDocument: trusting }));
  const RoleArn = `arn:aws:iam::${PROD}:role/keyferry-audited-runner`;
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "mallory" }));
  const kms = new KMSClient({
    ...endpoint,
    credentials: {
      accessKeyId: Credentials?.AccessKeyId ?? "",
      secretAccessKey: Credentials?.SecretAccessKey ?? "",
      sessionToken: Credentials?.SessionToken ?? "",
    },
  });
  await kms.send(new EncryptCommand({ KeyId: homeKeyAlias(topology.name), Plaintext: Buffer.from("x") }));
  const { found } = await audited();
  expect(found.foreign).toMatchObject([{ operation: "Encrypt", by: { roleArn: RoleArn } }]);
});

test("launching an instance from a copy counts as a launch in the key's own account", async () => {
  const { ec2 } = admins.of(PROD, "eu-central-1");
  const { found } = await audited();
  expect(found.launches).toEqual([]);
  const { Images } = await ec2.send(new DescribeImagesCommand({ Owners: ["self"] }));
  const one = { InstanceType: "t3.micro", MinCount: 1, MaxCount: 1 } as const;
  await ec2.send(new RunInstancesCommand({ ImageId: Images?.[0]?.ImageId, ...one }));
  await cloud.cloudClock.advance(120);
  const { code, found: after } = await audited();
  expect(code).toBe(0);
  expect(after.launches.length).toBeGreaterThan(0);
  expect(after.launches.every(({ key }) => key === "prod/eu-central-1/home")).toBe(true);
});

test("an account whose history cannot be read is named with the denied call, and the rest is reported", async () => {
  await makeDeployRole(PROD, { auditsKeys: false });
  const { code, found } = await audited();
  expect(code).toBe(3);
  expect(found.unseen.join("\n")).toMatch(/LookupEvents[^]*222222222222/);
  expect(found.unseen).toContain(
    `the principal that used builder/eu-west-1/transit in ${PROD} is recorded only in that account, whose event history could not be read`,
  );
  const { "db/transit/builder/eu-west-1 web/transit/builder/eu-west-1": transits, ...finals } = told(found);
  expect(transits).toHaveLength(2);
  expect(Object.values(finals).flat()).toEqual([]);
});

test("a start time before the event history is rejected without an AWS call", async () => {
  const { code, err } = await desk.give("audit", "--since", "2020-01-01");
  expect([code, err]).toEqual([2, expect.stringMatching(/--since: .* event history\n +allowed: 90 days/)]);
});
