import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  CreateAliasCommand,
  CreateKeyCommand,
  ListGrantsCommand,
  PutKeyPolicyCommand,
  UpdateAliasCommand,
} from "@aws-sdk/client-kms";
import {
  CreateLaunchTemplateCommand,
  CreateSnapshotCommand,
  CreateVolumeCommand,
  DescribeImageAttributeCommand,
  DescribeImagesCommand,
  DescribeSnapshotsCommand,
  ModifyImageAttributeCommand,
  RegisterImageCommand,
  RunInstancesCommand,
} from "@aws-sdk/client-ec2";
import { CreateDBInstanceCommand, RDSClient } from "@aws-sdk/client-rds";
import { CreateBucketCommand, PutBucketEncryptionCommand, S3Client } from "@aws-sdk/client-s3";
import { GetParameterCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { parseArn } from "@keyferry/common";
import { deployPolicy, keyPolicy, proofTarget, renderPolicy } from "../../policy";
import type { DeployerAccess } from "../../scripts/aws";
import { connectAsDeployer } from "../../scripts/aws/deployer";
import type { ChangeableFoundation } from "../../scripts/commands/keys/foundation";
import { findNamed } from "../../scripts/commands/keys/find-named";
import { keysOf } from "../../scripts/commands/keys/foundation";
import { disableKey } from "../../scripts/commands/keys/switch";
import { rekey, type RekeyRequest } from "../../scripts/commands/keys/rekey";
import { AWS_SETTINGS } from "../../scripts/engine/settings";
import type { Refusal } from "../../scripts/engine/errors";
import type { RekeyReport } from "../../scripts/engine/results";
import {
  EMPTY_LOCK,
  keyAlias,
  mergeLock,
  namedKeyAlias,
  rememberedKeys,
  resolveTopology,
  withConfirmedKeys,
  type Lock,
  type LockedTopology,
  type Topology,
} from "../../topology";
import { eachCall } from "../_helpers/each-call";
import fc from "../_helpers/fast-check";
import {
  Administrators,
  Bomb,
  makeImage,
  makeSnapshot,
  shareImage,
  startVirtualCloud,
  type VirtualCloud,
} from "../_helpers/virtual";

const ACCOUNTS = { builder: "111111111111", prod: "222222222222", staging: "333333333333" };
const REGIONS = ["eu-west-1", "eu-central-1", "us-east-1"];
const OUTSIDER = "444444444444";
const PARAMETER = "/images/web";
const TEMPLATE = "web";
/** Number of images in each account and Region. */
const IMAGES = 2;

const topologyOf = (generation: number): Topology =>
  resolveTopology({
    name: "acme",
    accounts: Object.fromEntries(Object.entries(ACCOUNTS).map(([name, id]) => [name, { id }])),
    keys: {
      "app-data": {
        account: "builder",
        regions: REGIONS,
        generation,
        sharedWith: { accounts: ["prod", "staging"] },
      },
    },
  });

jest.setTimeout(600_000);

let cloud: VirtualCloud;
let admins: Administrators;
/** Region -> generation -> ARN. */
const arns = new Map<string, string>();
let lock: Lock = EMPTY_LOCK;
let prepared: Buffer;

function ssmOf(account: string, region: string): SSMClient {
  return new SSMClient({
    endpoint: cloud.url,
    region,
    credentials: { accessKeyId: account, secretAccessKey: "rehearsal" },
  });
}

/** The image that the parameter of an account names. */
async function shown(account: string, region: string): Promise<string> {
  const { Parameter } = await ssmOf(account, region).send(new GetParameterCommand({ Name: PARAMETER }));
  return Parameter?.Value ?? "";
}

/** Does what `deploy` does with the named keys: creates them, sets their policies, and updates the alias. */
async function deployKeys({ accounts, topology }: LockedTopology): Promise<void> {
  for (const { declaration, named } of accounts.flatMap(({ keys }) => keys)) {
    if (named === undefined) continue;
    const { account, region, purpose } = declaration;
    const { kms } = admins.of(account, region);
    const id = `${region} ${named.generation}`;
    if (!arns.has(id)) {
      const Tags = [{ TagKey: "keyferry:topology", TagValue: topology.name }];
      const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Tags }));
      arns.set(id, KeyMetadata?.Arn ?? "");
      await kms.send(
        new CreateAliasCommand({ AliasName: keyAlias(topology.name, purpose), TargetKeyId: arns.get(id) }),
      );
    }
    const Policy = JSON.stringify(renderPolicy(keyPolicy(declaration as never), proofTarget));
    await kms.send(new PutKeyPolicyCommand({ KeyId: arns.get(id), PolicyName: "default", Policy }));
    if (!named.isCurrent) continue;
    const alias = { AliasName: namedKeyAlias(topology.name, named.name), TargetKeyId: arns.get(id) };
    if (named.generation === 1) await kms.send(new CreateAliasCommand(alias));
    else await kms.send(new UpdateAliasCommand(alias));
  }
}

function confirmedLock(topology: Topology): LockedTopology {
  const locked = mergeLock(topology, lock);
  lock = withConfirmedKeys(locked.lock, topology.name, rememberedKeys(locked.lock, topology.name));
  return locked;
}

/** Gives the deploy role of each account the permissions of docs/permissions.md, and no others. */
async function makeDeployRoles(topology: Topology): Promise<void> {
  for (const account of Object.values(ACCOUNTS)) {
    const { iam } = admins.of(account, "us-east-1");
    const RoleName = "keyferry-deploy";
    const trust = {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { AWS: `arn:aws:iam::${topology.operator.id}:root` },
          Action: "sts:AssumeRole",
        },
      ],
    };
    await iam
      .send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) }))
      .catch(() => undefined);
    const policy = deployPolicy({
      topology: topology.name,
      partition: "aws",
      account,
      operatorAccount: topology.operator.id,
      runnerRole: "keyferry-acme-runner",
      ebsDefaults: false,
      launches: false,
      deletesKeys: false,
      namesKeys: true,
      rekeys: {
        keyArns: [...arns.values()].filter((arn) => parseArn(arn)?.account !== account),
      },
    });
    const PolicyDocument = JSON.stringify(renderPolicy(policy, proofTarget));
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "deploy", PolicyDocument }));
  }
}

beforeAll(async () => {
  const first = topologyOf(1);
  cloud = await startVirtualCloud(first.operator.id);
  admins = new Administrators(cloud.url);
  await deployKeys(confirmedLock(first));
  for (const [name, id] of Object.entries(ACCOUNTS)) {
    for (const region of REGIONS) {
      const place = { account: { name, id, runnerRole: "" }, region };
      const keyAliasOrArn = arns.get(`${region} 1`) ?? "";
      for (let index = 0; index < IMAGES; index += 1) {
        const disks = [
          { sizeGiB: 8, keyAlias: keyAliasOrArn },
          ...(index === 0 ? [{ sizeGiB: 20, keyAlias: keyAliasOrArn }] : []),
        ];
        const image = await makeImage(cloud, admins, place, `web-${index}`, disks);
        if (index === 0 && name === "builder") await shareImage(admins, place, image, ACCOUNTS.prod);
        if (index === 0) {
          await ssmOf(id, region).send(
            new PutParameterCommand({
              Name: PARAMETER,
              Value: image,
              Type: "String",
              DataType: "aws:ec2:image",
            }),
          );
        }
        if (index === 1 && name === "staging") {
          await admins.of(id, region).ec2.send(
            new CreateLaunchTemplateCommand({
              LaunchTemplateName: TEMPLATE,
              LaunchTemplateData: { ImageId: image },
            }),
          );
        }
      }
      await makeSnapshot(cloud, admins, place, { sizeGiB: 5, keyAlias: keyAliasOrArn }, { team: "data" });
    }
  }
  await admins.of(ACCOUNTS.prod, "eu-west-1").ec2.send(
    new CreateVolumeCommand({
      AvailabilityZone: "eu-west-1a",
      Size: 30,
      Encrypted: true,
      KmsKeyId: arns.get("eu-west-1 1"),
    }),
  );
  await deployKeys(confirmedLock(topologyOf(2)));
  await makeDeployRoles(topologyOf(2));
  prepared = await cloud.dump();
});
afterAll(() => cloud.stop());
beforeEach(() => cloud.load(prepared));
afterEach(() => cloud.setFaults([]));

function foundation(deployer?: DeployerAccess): ChangeableFoundation {
  const topology = topologyOf(2);
  return {
    before: lock,
    locked: mergeLock(topology, lock),
    deployer: deployer ?? connected(),
    remember: (change) => void (lock = change(mergeLock(topology, lock).lock)),
  };
}

/** Deployer access whose calls stop the virtual clock. */
function connected(): DeployerAccess {
  const deployer = connectAsDeployer(topologyOf(2), "virtual", cloud.clock.timekeeper);
  return eachCall(deployer as never, (_operation, call) => cloud.clock.during(call)) as never;
}

function give(request: Partial<RekeyRequest> = {}, pid = 1): Promise<RekeyReport> {
  return rekey({
    foundation: foundation(),
    named: "builder/app-data",
    dryRun: false,
    removeReplaced: false,
    keeper: {
      me: { host: "laptop", pid, run: `run-${pid}` },
      clock: cloud.clock,
      settings: AWS_SETTINGS,
      isAlive: () => false,
    },
    signal: new AbortController().signal,
    confirm: () => Promise.resolve(true),
    ...request,
  });
}

interface Owned {
  readonly image: string;
  readonly name: string;
  readonly keys: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

/** Every image of every account, and every snapshot, with the generation of its key. */
async function owned(regions: readonly string[] = REGIONS) {
  const images: Owned[] = [];
  const snapshots: { readonly id: string; readonly where: string; readonly generation: string }[] = [];
  for (const account of Object.values(ACCOUNTS)) {
    for (const region of regions) {
      const { ec2 } = admins.of(account, region);
      const generationOf = (arn = "") =>
        [...arns].find(([, known]) => known === arn)?.[0].split(" ")[1] ?? "?";
      const answer = await ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ["self"] }));
      const keyOf = new Map(
        (answer.Snapshots ?? []).map(({ SnapshotId = "", KmsKeyId }) => [SnapshotId, generationOf(KmsKeyId)]),
      );
      for (const [id, generation] of keyOf) snapshots.push({ id, where: `${account} ${region}`, generation });
      const { Images = [] } = await ec2.send(new DescribeImagesCommand({ Owners: ["self"] }));
      for (const { ImageId = "", Name = "", BlockDeviceMappings = [], Tags = [] } of Images) {
        images.push({
          image: ImageId,
          name: `${account} ${region} ${Name}`,
          keys: BlockDeviceMappings.map(({ Ebs }) => keyOf.get(Ebs?.SnapshotId ?? "") ?? "?"),
          tags: Object.fromEntries(Tags.map(({ Key = "", Value = "" }) => [Key, Value])),
        });
      }
    }
  }
  return { images, snapshots };
}

const PLACES = Object.keys(ACCOUNTS).length * REGIONS.length;

/**
 * Every difference from the result of an undisturbed campaign, after the replaced images and snapshots are removed.
 * @param count images in each account and Region
 */
async function wrong(
  regions: readonly string[] = REGIONS,
  count: number = IMAGES,
): Promise<readonly string[]> {
  const { images, snapshots } = await owned(regions);
  const places = Object.keys(ACCOUNTS).length * regions.length;
  const kept = regions.length;
  const found: string[] = [];
  const former = images.filter(({ keys }) => keys.some((key) => key !== "2"));
  const present = images.filter((image) => !former.includes(image));
  if (present.length !== places * count) found.push(`${present.length} images under the present key`);
  if (new Set(present.map(({ name }) => name)).size !== present.length) found.push("an image exists twice");
  if (former.length !== kept)
    found.push(`under the former key: ${former.map(({ name }) => name).join(", ")}`);
  const old = snapshots.filter(({ generation }) => generation !== "2");
  if (old.length !== kept) found.push(`${old.length} snapshots under the former key`);
  const expected = places * (count + 2) + kept;
  if (snapshots.length !== expected) found.push(`${snapshots.length} snapshots, not ${expected}`);
  for (const account of Object.values(ACCOUNTS)) {
    for (const region of regions) {
      const image = images.find((one) => one.name === `${account} ${region} web-0@2`);
      if ((await shown(account, region)) !== image?.image)
        found.push(`the parameter of ${account} ${region}`);
      const attribute = { ImageId: image?.image, Attribute: "launchPermission" } as const;
      const { LaunchPermissions = [] } = await admins
        .of(account, region)
        .ec2.send(new DescribeImageAttributeCommand(attribute));
      const accounts = LaunchPermissions.map(({ UserId }) => UserId);
      const sharedWith = account === ACCOUNTS.builder ? [ACCOUNTS.prod] : [];
      if (accounts.join() !== sharedWith.join())
        found.push(`${image?.name} is shared with ${accounts.join()}`);
      if ((await leaseOf(account, region)) !== undefined) found.push(`a lease in ${account} ${region}`);
      for (const generation of ["1", "2"]) {
        if (account !== ACCOUNTS.builder) continue;
        const { Grants = [] } = await admins
          .of(account, region)
          .kms.send(new ListGrantsCommand({ KeyId: arns.get(`${region} ${generation}`) }));
        if (Grants.length > 0) found.push(`${Grants.length} grants on generation ${generation} in ${region}`);
      }
    }
  }
  return found;
}

async function leaseOf(account: string, region: string): Promise<string | undefined> {
  const Name = "/keyferry/acme/keys/app-data/lease";
  return ssmOf(account, region)
    .send(new GetParameterCommand({ Name }))
    .then(({ Parameter }) => Parameter?.Value)
    .catch(() => undefined);
}

test("a dry run counts the images and snapshots under the former generation, in every account and Region, and changes nothing", async () => {
  cloud.requests.clear();
  const report = await give({ dryRun: true });
  expect(report.unseen).toEqual([]);
  expect(report.toCopy).toMatchObject({ images: PLACES * IMAGES, snapshots: PLACES });
  expect(report.toCopy.bytes).toBeGreaterThan(0);
  expect(report.owners.map(({ type, account, region }) => [type, account, region])).toEqual([
    ["launch-template", ACCOUNTS.staging, "eu-central-1"],
    ["volume", ACCOUNTS.prod, "eu-west-1"],
    ["launch-template", ACCOUNTS.staging, "eu-west-1"],
    ["launch-template", ACCOUNTS.staging, "us-east-1"],
  ]);
  expect(report.owners[1]?.commands.join("\n")).toContain(arns.get("eu-west-1 2"));
  const writes = [...cloud.requests.keys()].filter((name) => !/ (Describe|Get|List|Assume|GET)/.test(name));
  expect(writes).toEqual([]);
});

test("databases and buckets are listed with their owners' commands, and prevent disabling the former generation", async () => {
  const KmsKeyId = arns.get("eu-west-1 1");
  const credentials = { accessKeyId: ACCOUNTS.builder, secretAccessKey: "rehearsal" };
  const client = { endpoint: cloud.url, region: "eu-west-1", credentials };
  await new RDSClient(client).send(
    new CreateDBInstanceCommand({
      ...{ DBInstanceIdentifier: "orders", DBInstanceClass: "db.m7g.large", Engine: "postgres" },
      ...{ AllocatedStorage: 20, MasterUsername: "orders", MasterUserPassword: "not-a-secret" },
      ...{ StorageEncrypted: true, KmsKeyId },
    }),
  );
  const s3 = new S3Client({ ...client, forcePathStyle: true });
  const Bucket = "acme-files";
  await s3.send(
    new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: "eu-west-1" } }),
  );
  const byDefault = { SSEAlgorithm: "aws:kms", KMSMasterKeyID: KmsKeyId } as const;
  const Rules = [{ ApplyServerSideEncryptionByDefault: byDefault }];
  await s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }));
  const named = "builder/eu-west-1/app-data";
  const { owners } = await give({ named, dryRun: true });
  const listed = owners.filter(({ account, type }) => account === ACCOUNTS.builder && type !== "grant");
  expect(listed.map(({ type, id }) => [type, id])).toEqual(
    expect.arrayContaining([
      ["db-instance", "orders"],
      ["bucket", Bucket],
    ]),
  );
  for (const { commands } of listed.filter(({ type }) => ["bucket", "db-instance"].includes(type)))
    expect(commands.join("\n")).toContain(arns.get("eu-west-1 2"));
  const all = foundation();
  const { refusals } = await disableKey(all, findNamed(keysOf(all), `${named}@1`));
  const kinds = refusals.map(({ kind }: Refusal & { kind?: string }) => kind);
  expect(kinds).toEqual(expect.arrayContaining(["rds", "s3"]));
});

test("afterwards every image exists once under the current generation, and replaced ones are removed only on request", async () => {
  const report = await give();
  expect(report.failures).toEqual([]);
  expect(report.toCopy).toEqual({ images: 0, snapshots: 0, bytes: 0 });
  const between = await owned();
  expect(between.images).toHaveLength(2 * PLACES * IMAGES);
  const again = await give({}, 2);
  expect(again.done).toEqual([]);
  const removed = await give({ removeReplaced: true }, 3);
  expect(removed.failures.map(({ subject, what }) => [subject.split(" in ")[1], what])).toEqual(
    ["eu-central-1", "eu-west-1", "us-east-1"].map((region) => [
      `${ACCOUNTS.staging} ${region}`,
      expect.stringContaining(`launch template ${TEMPLATE} version 1`),
    ]),
  );
  expect(await wrong()).toEqual([]);
});

test("instances launch from the copies through the parameter, also in an account that an image is shared with", async () => {
  await give();
  for (const account of [ACCOUNTS.builder, ACCOUNTS.staging]) {
    const launch = { ImageId: `resolve:ssm:${PARAMETER}`, MinCount: 1, MaxCount: 1 };
    const { ec2 } = admins.of(account, "eu-west-1");
    const { Instances = [] } = await ec2.send(new RunInstancesCommand(launch));
    expect(Instances[0]?.ImageId).toBe(await shown(account, "eu-west-1"));
  }
  const shared = await shown(ACCOUNTS.builder, "eu-west-1");
  const launch = { ImageId: shared, MinCount: 1, MaxCount: 1 };
  await expect(
    admins.of(ACCOUNTS.prod, "eu-west-1").ec2.send(new RunInstancesCommand(launch)),
  ).resolves.toMatchObject({ Instances: [{ ImageId: shared }] });
});

test("an image that is shared outside the topology is copied, its copy gets the same shares, and it is not removed", async () => {
  const image = await shown(ACCOUNTS.builder, "eu-west-1");
  const LaunchPermission = { Add: [{ UserId: OUTSIDER }] };
  const { ec2 } = admins.of(ACCOUNTS.builder, "eu-west-1");
  await ec2.send(new ModifyImageAttributeCommand({ ImageId: image, LaunchPermission }));
  const named = "builder/eu-west-1/app-data";
  const { failures } = await give({ named, removeReplaced: true });
  expect(failures.map(({ what }) => what)).toContainEqual(
    expect.stringContaining(`shared with ${OUTSIDER}, outside the topology`),
  );
  const attribute = {
    ImageId: await shown(ACCOUNTS.builder, "eu-west-1"),
    Attribute: "launchPermission",
  } as const;
  const { LaunchPermissions = [] } = await ec2.send(new DescribeImageAttributeCommand(attribute));
  expect(LaunchPermissions.map(({ UserId }) => UserId).sort()).toEqual([ACCOUNTS.prod, OUTSIDER].sort());
});

/** Number of points at which a campaign in one Region and three accounts is killed, spread over the whole campaign. */
const CRASHES = 20;

test(`a campaign that is killed at one of ${CRASHES} points and repeated has the same result as an undisturbed one`, async () => {
  const named = "builder/eu-west-1/app-data";
  const regions = ["eu-west-1"];
  const bombed = (bomb: Bomb) => foundation(bomb.around(connected() as never) as never);
  const counted = new Bomb();
  await give({ foundation: bombed(counted), named, removeReplaced: true });
  expect(await wrong(regions)).toEqual([]);
  for (let crash = 1; crash <= CRASHES; crash += 1) {
    const at = Math.floor((crash * counted.points.length) / (CRASHES + 1));
    await cloud.load(prepared);
    const bomb = new Bomb(at);
    await give({ foundation: bombed(bomb), named, removeReplaced: true }).catch(() => undefined);
    expect(bomb.hasGoneOff).toBe(true);
    const { failures } = await give({ named, removeReplaced: true }, 2);
    const unexpected = failures.filter(({ what }) => !what.includes(`launch template ${TEMPLATE}`));
    const point = `${at}: ${bomb.points.at(-1)}`;
    expect([point, unexpected, await wrong(regions)]).toEqual([point, [], []]);
  }
});

describe("three accounts with three Regions and ten images in each, with volumes and databases", () => {
  const MANY = 10;
  const KILLS = 20;
  const administrator = (account: string, region: string) => ({
    endpoint: cloud.url,
    region,
    credentials: { accessKeyId: account, secretAccessKey: "rehearsal" },
  });
  let estate: Buffer;

  beforeAll(async () => {
    await cloud.load(prepared);
    for (const account of Object.values(ACCOUNTS)) {
      for (const region of REGIONS) {
        const KmsKeyId = arns.get(`${region} 1`) ?? "";
        await addImages(account, region, KmsKeyId, MANY - IMAGES);
        if (account === ACCOUNTS.builder)
          await new RDSClient(administrator(account, region)).send(
            new CreateDBInstanceCommand({
              ...{ DBInstanceIdentifier: "orders", DBInstanceClass: "db.m7g.large", Engine: "postgres" },
              ...{ AllocatedStorage: 20, MasterUsername: "orders", MasterUserPassword: "not-a-secret" },
              ...{ StorageEncrypted: true, KmsKeyId },
            }),
          );
      }
    }
    estate = await cloud.dump();
  });

  /** Adds images of one volume, with snapshots of the same time; the volume stays in use. */
  async function addImages(account: string, region: string, KmsKeyId: string, count: number): Promise<void> {
    const { ec2 } = admins.of(account, region);
    const { VolumeId } = await ec2.send(
      new CreateVolumeCommand({ AvailabilityZone: `${region}a`, Size: 4, Encrypted: true, KmsKeyId }),
    );
    await cloud.cloudClock.advance(60);
    const numbers = Array.from({ length: count }, (_, index) => IMAGES + index);
    const snapshots: (string | undefined)[] = [];
    while (snapshots.length < count) {
      const { SnapshotId } = await ec2.send(new CreateSnapshotCommand({ VolumeId }));
      snapshots.push(SnapshotId);
    }
    await cloud.cloudClock.advance(24 * 3600);
    for (const [index, SnapshotId] of snapshots.entries())
      await ec2.send(
        new RegisterImageCommand({
          ...{ Name: `web-${numbers[index]}`, Architecture: "x86_64", VirtualizationType: "hvm" },
          ...{ EnaSupport: true, RootDeviceName: "/dev/xvda" },
          BlockDeviceMappings: [{ DeviceName: "/dev/xvda", Ebs: { SnapshotId } }],
        }),
      );
  }

  test(`a campaign that is killed ${KILLS} times at random and continued leaves only the listed items under the former key, and every copy once`, async () => {
    await cloud.load(estate);
    const bombed = (bomb: Bomb) => foundation(bomb.around(connected() as never) as never);
    const looks = new Bomb();
    const { owners } = await give({ foundation: bombed(looks), dryRun: true });
    // A point within about a twentieth of the campaign, after those of its first two read phases.
    const [kills] = fc.sample(
      fc.array(fc.integer({ min: 1, max: 160 }), { minLength: KILLS, maxLength: KILLS }),
      1,
    );
    const killed: string[] = [];
    for (const [index, kill] of (kills ?? []).entries()) {
      // Every second kill happens before the response to a change arrives.
      const bomb = new Bomb(2 * looks.points.length + kill, index % 2 === 1);
      await give({ foundation: bombed(bomb), removeReplaced: true }, index + 1).catch(() => undefined);
      if (bomb.hasGoneOff) killed.push(`${bomb.points.length}: ${bomb.points.at(-1)}`);
    }
    const last = await give({ removeReplaced: true }, KILLS + 1);
    const where = killed.join("; ");
    const unexpected = last.failures.filter(({ what }) => !what.includes(`launch template ${TEMPLATE}`));
    expect([where, unexpected, await wrong(REGIONS, MANY)]).toEqual([where, [], []]);
    expect(killed).toHaveLength(KILLS);
    const listed = (all: RekeyReport["owners"]) =>
      all.map(({ type, id, account, region }) => [type, id, account, region].join(" ")).sort();
    expect(listed(last.owners)).toEqual(listed(owners));
    expect(last.owners.filter(({ type }) => type === "volume")).toHaveLength(PLACES + 1);
    expect(last.owners.filter(({ type }) => type === "db-instance")).toHaveLength(REGIONS.length);
    for (const region of REGIONS) {
      const launch = { ImageId: `resolve:ssm:${PARAMETER}`, MinCount: 1, MaxCount: 1 };
      const { Instances = [] } = await admins
        .of(ACCOUNTS.staging, region)
        .ec2.send(new RunInstancesCommand(launch));
      expect(Instances[0]?.ImageId).toBe(await shown(ACCOUNTS.staging, region));
    }
  });
});

test("a former generation can be disabled only when nothing in any account is under it any more", async () => {
  const all = foundation();
  const former = findNamed(keysOf(all), "builder/eu-west-1/app-data@1");
  const before = await disableKey(all, former);
  const inUse = before.refusals.map(({ what, account }) => [account, what.split(" ").slice(0, 4).join(" ")]);
  expect(inUse).toEqual(
    expect.arrayContaining([
      [ACCOUNTS.builder, expect.stringContaining("in use by snapshot")],
      [ACCOUNTS.prod, expect.stringContaining("in use by volume")],
      [ACCOUNTS.staging, expect.stringContaining("in use by image")],
    ]),
  );
  await give();
  await give({ removeReplaced: true }, 2);
  const after = await disableKey(all, former);
  const left = after.refusals.map(({ account, kind }: Refusal & { kind?: string }) => [account, kind]);
  expect(left).toEqual([
    [ACCOUNTS.prod, "volumes"],
    [ACCOUNTS.staging, "snapshots"],
    [ACCOUNTS.staging, "images"],
    [ACCOUNTS.staging, "launches"],
  ]);
});
