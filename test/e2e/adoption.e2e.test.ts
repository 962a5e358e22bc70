import { CopyImageCommand, DescribeImagesCommand } from "@aws-sdk/client-ec2";
import { PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { CreateAliasCommand, CreateKeyCommand, PutKeyPolicyCommand } from "@aws-sdk/client-kms";
import { createDeployRoles } from "../../demo/furnish";
import { deployPolicy, proofTarget, renderPolicy } from "../../policy";
import type { Adoption } from "../../scripts/commands/adopt-copies";
import type { Plan } from "../../scripts/engine/results";
import { deployAccess, EMPTY_LOCK, mergeLock, resolveTopology, type TopologyInput } from "../../topology";
import {
  Administrators,
  deployFoundation,
  deskOf,
  makeImage,
  shareImage,
  startVirtualCloud,
  type Desk,
  type VirtualCloud,
} from "../_helpers/virtual";

/** Two accounts in which their administrators copied an image with the SDK, before Keyferry was used. */

const BUILDER = "111111111111";
const PROD = "222222222222";
const ACCOUNTS = ["import", "--name", "acme", "--accounts", `builder=${BUILDER}`, `prod=${PROD}`];
const IMPORT = [...ACCOUNTS, "--regions", "eu-west-1", "eu-central-1"];

/** Accounts alone, for helpers that need a topology before one exists. */
const BARE = resolveTopology({
  name: "acme",
  accounts: { builder: { id: BUILDER }, prod: { id: PROD } },
  keys: { none: { account: "builder", regions: ["eu-west-1"] } },
});

jest.setTimeout(300_000);

let cloud: VirtualCloud;
let admins: Administrators;
let desk: Desk;
let copy: string;

const builder = () => admins.of(BUILDER, "eu-west-1");
const prod = () => admins.of(PROD, "eu-central-1");

/** A key that the IAM policies of its own account and of the other accounts control. */
async function keyOf(admin: ReturnType<typeof builder>, alias: string, ...accounts: string[]): Promise<void> {
  const { KeyMetadata } = await admin.kms.send(new CreateKeyCommand({}));
  const KeyId = KeyMetadata?.KeyId;
  await admin.kms.send(new CreateAliasCommand({ AliasName: alias, TargetKeyId: KeyId }));
  const AWS = accounts.map((account) => `arn:aws:iam::${account}:root`);
  const statement = { Effect: "Allow", Principal: { AWS }, Action: "kms:*", Resource: "*" };
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  await admin.kms.send(new PutKeyPolicyCommand({ KeyId, PolicyName: "default", Policy }));
}

beforeAll(async () => {
  cloud = await startVirtualCloud(BUILDER);
  admins = new Administrators(cloud.url);
  await createDeployRoles(cloud.url, BARE);
  await keyOf(builder(), "alias/shared", BUILDER, PROD);
  await keyOf(prod(), "alias/prod-data", PROD);
  const [account] = BARE.accounts;
  if (account === undefined) throw new TypeError("no account");
  const source = { account, region: "eu-west-1" };
  const web = await makeImage(cloud, admins, source, "web-1", [{ sizeGiB: 8, keyAlias: "alias/shared" }]);
  await shareImage(admins, source, web, PROD);
  const { ImageId = "" } = await prod().ec2.send(
    new CopyImageCommand({
      Name: "web-by-hand",
      SourceImageId: web,
      SourceRegion: "eu-west-1",
      Encrypted: true,
      KmsKeyId: "alias/prod-data",
    }),
  );
  copy = ImageId;
  await cloud.cloudClock.advance(24 * 3600);
});

afterAll(async () => {
  desk.remove();
  await cloud.stop();
});

test("import writes a deployable topology from the existing copies, and adopt takes the copy over, so that nothing is left to copy", async () => {
  desk = deskOf(cloud, {} as TopologyInput);
  const read = await desk.give(...IMPORT, "--json");
  expect({ code: read.code, err: read.code === 0 ? "" : read.err + read.out }).toEqual({ code: 0, err: "" });
  const { topology, unfit } = JSON.parse(read.out) as {
    readonly topology: TopologyInput;
    readonly unfit: readonly unknown[];
  };
  expect(unfit).toEqual([]);
  expect(topology).toMatchObject({
    accounts: {
      builder: { ownKeys: { transit: { "eu-west-1": "alias/shared" } } },
      prod: { ownKeys: { home: { "eu-central-1": "alias/prod-data" } } },
    },
    images: { web: { to: [{ account: "prod", regions: ["eu-central-1"] }] } },
  });

  const resolved = resolveTopology(topology);
  await deployFoundation(admins, resolved);
  const locked = mergeLock(resolved, EMPTY_LOCK);
  for (const account of locked.accounts) {
    const statements = deployPolicy(deployAccess(locked, account, { adopts: true }));
    await admins.of(account.account.id, "us-east-1").iam.send(
      new PutRolePolicyCommand({
        RoleName: "keyferry-deploy",
        PolicyName: "deploy",
        PolicyDocument: JSON.stringify(renderPolicy(statements, proofTarget)),
      }),
    );
  }
  desk.remove();
  desk = deskOf(cloud, topology);
  const before = JSON.parse((await desk.give("plan", "--json")).out) as Plan;
  expect(before.counts).toMatchObject({ copy: 1, stand: 0 });

  const adopted = await desk.give("adopt", "--yes", "--json");
  expect(JSON.parse(adopted.out) as Adoption).toMatchObject({
    copies: [{ imageId: copy, node: "web/final/prod/eu-central-1" }],
    unfit: [],
    refusals: [],
    done: true,
  });
  expect(adopted.code).toBe(0);
  const { Images = [] } = await prod().ec2.send(new DescribeImagesCommand({ ImageIds: [copy] }));
  expect(Images[0]?.Tags?.map(({ Key }) => Key)).toContain("keyferry:topology");
  const after = JSON.parse((await desk.give("plan", "--json")).out) as Plan;
  expect(after.counts).toMatchObject({ copy: 0, stand: 1 });
});

test("import lists what the deploy role may not read and exits with 3", async () => {
  const { code, err } = await desk.give(...IMPORT);
  expect(code).toBe(3);
  expect(err).toMatch(/could not be seen:\n +parameters that show images of builder eu-west-1/);
});
