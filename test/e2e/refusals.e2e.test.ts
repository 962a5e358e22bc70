import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import {
  CreateAutoScalingGroupCommand,
  DescribeScalingActivitiesCommand,
} from "@aws-sdk/client-auto-scaling";
import {
  CopyImageCommand,
  CopySnapshotCommand,
  CreateImageCommand,
  CreateLaunchTemplateCommand,
  DescribeImagesCommand,
  DescribeSnapshotsCommand,
  DescribeSnapshotAttributeCommand,
  ModifyImageAttributeCommand,
  ModifySnapshotAttributeCommand,
  RunInstancesCommand,
} from "@aws-sdk/client-ec2";
import { CreateServiceLinkedRoleCommand } from "@aws-sdk/client-iam";
import {
  DeleteAliasCommand,
  DisableKeyCommand,
  ListKeysCommand,
  DescribeKeyCommand,
  ScheduleKeyDeletionCommand,
} from "@aws-sdk/client-kms";
import { Administrators, deployFoundation, makeImage } from "../_helpers/virtual";
import { ACME } from "../_helpers/topologies";
import { connect } from "../../scripts/aws/clients";
import { runCli } from "../../scripts/cli/run-cli";
import { systemHost } from "../../scripts/cli/system-host";
import type { TopologyInput } from "../../topology";
import { copiesOf, keyArn, ownImages, sharedWith, withoutKeyStatements } from "./lib/cloud-state";
import { administratorEnvironment } from "./lib/administrator-environment";
import { awsCliVersion } from "./lib/aws-cli";
import { eventually, rehearse, ROOT, type Rehearsal } from "./lib/rehearsal";

/** One prepared cloud, restored before every case; what goes wrong is arranged through AWS's own calls. */
const TOPOLOGY: TopologyInput = { ...ACME, name: "refused" };
const HOME = "alias/keyferry/refused/home";
const REFUSAL = /waits, AWS says: Too many image copies in progress\. The limit is 1 /;
const GROUP = "keyferry-refused-web";
const DEPLOY = "npm run deploy -- 'foundation-*'";

jest.setTimeout(60_000);

let cloud: Rehearsal;
let admins: Administrators;
let prepared: Buffer;
/** The source image: one volume under the account's own key. */
let source: string;

const builder = () => admins.of("111111111111", "eu-west-1");
const prod = () => admins.of("222222222222", "eu-central-1");
const staging = () => admins.of("333333333333", "eu-west-1");

beforeAll(async () => {
  cloud = await rehearse(TOPOLOGY, 600);
  admins = new Administrators(cloud.url);
  await deployFoundation(admins, cloud.topology);
  const from = cloud.topology.images[0]?.from;
  if (from === undefined) throw new TypeError("no rule");
  const disks = [{ sizeGiB: 8, keyAlias: "alias/app-data" }];
  source = await makeImage({ cloudClock: cloud.clock }, admins, from, "web-1", disks);
  prepared = await cloud.dump();
  for (const [name, value] of Object.entries(cloud.env))
    if (name.startsWith("AWS_")) process.env[name] = value;
});

beforeEach(() => cloud.load(prepared));
afterAll(() => cloud.stop());

/** Images, snapshots with their shares, and keys of the three accounts; what must not be changed by a refusal. */
async function world(): Promise<unknown> {
  const seen: unknown[] = [];
  for (const admin of [builder(), prod(), staging()]) {
    const images = await ownImages(admin);
    const { Snapshots = [] } = await admin.ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ["self"] }));
    const { Keys = [] } = await admin.kms.send(new ListKeysCommand({}));
    for (const { ImageId, State, Tags } of images) seen.push({ ImageId, State, Tags });
    for (const image of images) seen.push(await sharedWith(admin, image));
    for (const { SnapshotId, State, Tags } of Snapshots) seen.push({ SnapshotId, State, Tags });
    for (const { KeyId } of Keys) {
      seen.push((await admin.kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.KeyState);
    }
  }
  return seen;
}

/** What a command says, and how it ends. */
interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command in this process, which spares its start; it is started as a user starts it where it must be met on its way. */
async function keyferry(...argv: string[]): Promise<Said> {
  const said = { stdout: "", stderr: "" };
  const code = await runCli(argv, {
    ...systemHost,
    env: cloud.env,
    cwd: cloud.directory,
    load: () => ({ default: TOPOLOGY }),
    connect,
    out: (text) => void (said.stdout += `${text}\n`),
    err: (text) => void (said.stderr += `${text}\n`),
  });
  return { code, ...said };
}

/** Runs a command that must be refused before anything is done. */
async function refused(...argv: string[]): Promise<Said> {
  const before = await world();
  const finished = await keyferry(...argv);
  expect({ code: finished.code, out: finished.stderr }).toEqual({ code: 3, out: expect.anything() });
  expect(finished.stderr).not.toMatch(/^\s+at /m);
  expect(await world()).toEqual(before);
  return finished;
}

/** Runs until one destination has failed; the other has its copy, and nothing is left shared. */
async function failsInProd(): Promise<Said> {
  const finished = await keyferry("run");
  expect({ code: finished.code, out: finished.stderr }).toEqual({ code: 1, out: expect.anything() });
  expect(finished.stderr).not.toMatch(/^\s+at /m);
  expect((await copiesOf(staging(), source)).map(({ State }) => State)).toEqual(["available"]);
  await expectNothingShared();
  return finished;
}

async function expectNothingShared(): Promise<void> {
  for (const image of await ownImages(builder())) expect(await sharedWith(builder(), image)).toEqual([]);
}

interface Found {
  readonly check: string;
  readonly subject: string;
  readonly state: string;
  readonly what: string;
  readonly fix?: string;
  readonly account?: string;
}

/** What the doctor says has failed; it changes nothing. */
async function diagnosis(): Promise<readonly Found[]> {
  const { stdout } = await refused("doctor", "--json");
  const { findings } = JSON.parse(stdout) as { readonly findings: readonly Found[] };
  return findings.filter(({ state }) => state === "failed");
}

/** AWS's answer to a call that it must refuse. */
async function answer(call: Promise<unknown>): Promise<string> {
  const error = await call.then(
    () => new TypeError("AWS let it pass"),
    (refusal: Error) => refusal,
  );
  return `${error.name}: ${error.message}`;
}

/** What `keyferry explain` makes of words of AWS, which it must know. */
async function explained(words: string | undefined): Promise<string> {
  const { code, stdout } = await keyferry("explain", words ?? "");
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining(`${words}\ncause: `) });
  return stdout;
}

const snapshotOf = async (admin: ReturnType<typeof builder>, imageId: string): Promise<string> => {
  const { Images = [] } = await admin.ec2.send(new DescribeImagesCommand({ ImageIds: [imageId] }));
  return Images[0]?.BlockDeviceMappings?.[0]?.Ebs?.SnapshotId ?? "";
};

test("the prepared cloud refuses nothing, and the doctor finds nothing wrong", async () => {
  const { code, stdout } = await keyferry("doctor");
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining("0 FAILED, 0 unknown") });
  expect(stdout).toContain("accounts.builder.ebsDefaults: true");
});

describe("a key", () => {
  test("that is disabled is refused before anything is done, with its account and what that must do", async () => {
    await prod().kms.send(new DisableKeyCommand({ KeyId: await keyArn(prod(), HOME) }));
    const { stderr } = await refused("run");
    expect(stderr).toContain(`the key ${HOME} of account 222222222222 in eu-central-1 is Disabled`);
    expect(stderr).toContain("fix: account 222222222222 must make it usable: enable it");
  });

  test("that is to be deleted is refused, and the doctor says what is lost", async () => {
    await prod().kms.send(new ScheduleKeyDeletionCommand({ KeyId: await keyArn(prod(), HOME) }));
    const [found] = await diagnosis();
    expect(found).toMatchObject({ check: "destination-keys", account: "222222222222" });
    expect(found?.what).toContain("is PendingDeletion");
    expect(found?.fix).toMatch(/cancel its deletion.*everything under it is lost/);
  });

  test("that is in another Region is refused by AWS, and keyferry says where one is missing", async () => {
    const elsewhere = admins.of("111111111111", "eu-central-1");
    const { ImageId = "" } = await elsewhere.ec2.send(
      new CopyImageCommand({
        Name: "by-hand",
        SourceImageId: source,
        SourceRegion: "eu-west-1",
        Encrypted: true,
        KmsKeyId: await keyArn(builder(), "alias/app-data"),
      }),
    );
    await cloud.clock.advance(600);
    const [copy] = await ownImages(elsewhere);
    expect(copy).toMatchObject({ ImageId, State: "failed" });
    expect(copy?.StateReason?.Message).toContain("Given key ID is not accessible");
    expect(await explained(copy?.StateReason?.Message)).toContain("EC2 uses both keys of a copy");
    await prod().kms.send(new DeleteAliasCommand({ AliasName: HOME }));
    const { stderr } = await refused("run");
    expect(stderr).toContain(`the key ${HOME} of account 222222222222 in eu-central-1 does not exist`);
    expect(stderr).toContain(`fix: deploy the foundation: ${DEPLOY}`);
  });

  test("that is disabled while its copy is under way fails that copy, in AWS's words and with its account", async () => {
    cloud.clock.setScale(0.001);
    try {
      const run = cloud.startKeyferry(["run"]);
      const pending = (admin: ReturnType<typeof prod>) => async () =>
        (await copiesOf(admin, source)).find(({ State }) => State === "pending");
      await eventually("the transit copy", pending(builder()));
      await cloud.clock.advance(3600);
      await eventually("the final copies", async () => (await pending(prod())()) && pending(staging())());
      const home = await keyArn(prod(), HOME);
      await prod().kms.send(new DisableKeyCommand({ KeyId: home }));
      cloud.clock.setScale(600);
      const { code, stderr } = await run.finished;
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.anything() });
      expect(stderr).toContain("failed: Given key ID is not accessible");
      expect(stderr).toContain(`fix: account 222222222222 must enable the key ${home}: it is Disabled`);
      expect((await copiesOf(staging(), source)).map(({ State }) => State)).toEqual(["available"]);
      await expectNothingShared();
    } finally {
      cloud.clock.setScale(600);
    }
  });
});

describe("an image", () => {
  test("from AWS Marketplace is refused by AWS, and by keyferry before anything is done", async () => {
    const { Images = [] } = await builder().ec2.send(
      new DescribeImagesCommand({ Owners: ["aws-marketplace"] }),
    );
    const { Instances = [] } = await builder().ec2.send(
      new RunInstancesCommand({
        ImageId: Images[0]?.ImageId,
        InstanceType: "m5.large",
        MinCount: 1,
        MaxCount: 1,
      }),
    );
    await cloud.clock.advance(600);
    const { ImageId = "" } = await builder().ec2.send(
      new CreateImageCommand({ InstanceId: Instances[0]?.InstanceId, Name: "web-2", NoReboot: true }),
    );
    await cloud.clock.advance(3600);
    const share = { Add: [{ UserId: "222222222222" }] };
    await builder().ec2.send(new ModifyImageAttributeCommand({ ImageId, LaunchPermission: share }));
    await builder().ec2.send(
      new ModifySnapshotAttributeCommand({
        SnapshotId: await snapshotOf(builder(), ImageId),
        CreateVolumePermission: share,
      }),
    );
    const request = { Name: "by-hand", SourceImageId: ImageId, SourceRegion: "eu-west-1" };
    const words = await answer(prod().ec2.send(new CopyImageCommand(request)));
    expect(words).toContain("Images from AWS Marketplace cannot be copied to another AWS account");
    expect(await explained(words)).toContain("must subscribe to the product, launch it there");
    const { stderr } = await refused("run");
    expect(stderr).toMatch(
      new RegExp(`web: ${ImageId} carries the AWS Marketplace product codes \\S+; AWS refuses`),
    );
    expect(stderr).toContain("fix: subscribe to the product in the destination");
  });

  test("whose name is taken fails in that destination alone, and the doctor knows it before", async () => {
    const place = cloud.topology.images[0]?.to[0];
    if (place === undefined) throw new TypeError("no destination");
    const other = await makeImage({ cloudClock: cloud.clock }, admins, place, "web-1", [{ sizeGiB: 1 }]);
    expect(await diagnosis()).toMatchObject([
      { check: "names", subject: "web -> prod eu-central-1", account: "222222222222" },
    ]);
    const { stderr } = await failsInProd();
    expect(stderr).toContain("InvalidAMIName.Duplicate");
    expect(stderr).toMatch(/request id \S+/);
    expect(stderr).toContain(
      "cause: account 222222222222 has another image of this name in eu-central-1, which is not this copy",
    );
    expect(stderr).toContain("fix: account 222222222222 must deregister that image");
    expect((await ownImages(prod())).map(({ ImageId }) => ImageId)).toEqual([other]);
  });

  test("under an AWS managed key is not shared by AWS, and keyferry carries it through a transit copy", async () => {
    const from = cloud.topology.images[0]?.from;
    if (from === undefined) throw new TypeError("no rule");
    const disks = [{ sizeGiB: 1, keyAlias: "alias/aws/ebs" }];
    const managed = await makeImage({ cloudClock: cloud.clock }, admins, from, "web-3", disks);
    const share = { Add: [{ UserId: "222222222222" }] };
    const ofImage = await answer(
      builder().ec2.send(new ModifyImageAttributeCommand({ ImageId: managed, LaunchPermission: share })),
    );
    expect(ofImage).toBe(
      "InvalidParameter: Snapshots encrypted with the AWS Managed CMK can't be shared. Specify another snapshot.",
    );
    expect(await explained(ofImage)).toContain("under an AWS managed key, which cannot be shared");
    const SnapshotId = await snapshotOf(builder(), managed);
    const ofSnapshot = await answer(
      builder().ec2.send(new ModifySnapshotAttributeCommand({ SnapshotId, CreateVolumePermission: share })),
    );
    expect(ofSnapshot).toBe(
      "OperationNotPermitted: Encrypted snapshots with EBS default key cannot be shared",
    );
    expect(await explained(ofSnapshot)).toContain("under the AWS managed key of EBS");
    const before = await world();
    const { code, stdout } = await keyferry("plan");
    expect(code).toBe(0);
    expect(stdout.replace(/\s+/g, " ")).toContain("under an AWS managed key, which cannot be shared");
    expect(await world()).toEqual(before);
  });

  test("that is encrypted is never copied without encryption: AWS refuses it, and keyferry does not ask", async () => {
    const from = { SourceRegion: "eu-west-1", Encrypted: false };
    const ofImage = await answer(
      builder().ec2.send(new CopyImageCommand({ ...from, Name: "by-hand", SourceImageId: source })),
    );
    const SourceSnapshotId = await snapshotOf(builder(), source);
    const ofSnapshot = await answer(
      builder().ec2.send(new CopySnapshotCommand({ ...from, SourceSnapshotId })),
    );
    for (const words of [ofImage, ofSnapshot]) {
      expect(words).toBe(
        `InvalidRequest: Snapshot ${SourceSnapshotId} is encrypted. Creating an unencrypted copy from an encrypted snapshot is not supported.`,
      );
      expect(await explained(words)).toContain(
        "cause: copying never takes encryption away\nfix: run keyferry",
      );
    }
    expect(await copiesOf(builder(), source)).toEqual([]);
  });
});

describe("a copy", () => {
  test("whose snapshot somebody unshares is refused by AWS, and whose share is missing is said", async () => {
    // The script repeats a throttled call, which leaves somebody the time to withdraw the share.
    await cloud.setFaults([
      {
        service: "ec2",
        operation: "CopyImage",
        account: "222222222222",
        times: 2,
        effect: { kind: "throttle" },
      },
    ]);
    const run = cloud.startKeyferry(["run"]);
    const SnapshotId = await eventually("the share of the transit copy", async () => {
      const [transit] = await copiesOf(builder(), source);
      const id = transit?.BlockDeviceMappings?.[0]?.Ebs?.SnapshotId;
      if (id === undefined) return undefined;
      const { CreateVolumePermissions = [] } = await builder().ec2.send(
        new DescribeSnapshotAttributeCommand({ SnapshotId: id, Attribute: "createVolumePermission" }),
      );
      return CreateVolumePermissions.some(({ UserId }) => UserId === "222222222222") ? id : undefined;
    });
    await builder().ec2.send(
      new ModifySnapshotAttributeCommand({
        SnapshotId,
        CreateVolumePermission: { Remove: [{ UserId: "222222222222" }] },
      }),
    );
    const { code, stderr } = await run.finished;
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.anything() });
    expect(stderr).toContain("InvalidRequest: You do not have permission to access the storage of this ami");
    expect(stderr).toContain(
      "cause: the image is shared with account 222222222222, and one of its snapshots is not",
    );
    expect(stderr).toContain("fix: run again: account 111111111111 shares the snapshots anew");
    expect(await copiesOf(prod(), source)).toEqual([]);
    await expectNothingShared();
    await cloud.setFaults([]);
    expect((await keyferry("run")).code).toBe(0);
    expect((await copiesOf(prod(), source)).map(({ State }) => State)).toEqual(["available"]);
  });

  test("beyond the quota is refused by AWS in its words, waits for its turn and arrives", async () => {
    const place = cloud.topology.images[0]?.to[0];
    if (place === undefined) throw new TypeError("no destination");
    const own = await makeImage({ cloudClock: cloud.clock }, admins, place, "other", [{ sizeGiB: 500 }]);
    const { ec2 } = prod();
    const SourceSnapshotId = await snapshotOf(prod(), own);
    cloud.clock.setScale(0.001);
    try {
      // Under another key everything is copied anew, which takes long.
      const long = { Name: "other-copy", SourceImageId: own, Encrypted: true, KmsKeyId: HOME };
      await ec2.send(new CopyImageCommand({ ...long, SourceRegion: "eu-central-1" }));
      const copy = { SourceSnapshotId, SourceRegion: "eu-central-1" };
      for (let n = 0; n < 20; n += 1) await ec2.send(new CopySnapshotCommand(copy));
      const words = await answer(ec2.send(new CopySnapshotCommand(copy)));
      expect(words).toBe(
        "ResourceLimitExceeded: Too many snapshot copies in progress. The limit is 20 for this destination region.",
      );
      expect(await explained(words)).toContain("as many copies in progress");
      const [found] = await diagnosis();
      expect(found).toMatchObject({
        check: "quotas",
        subject: "prod eu-central-1",
        account: "222222222222",
        what: expect.stringMatching(/^21 snapshots are in progress/),
      });
      await setQuota({ imageCopies: 1 });
      const run = cloud.startKeyferry(["run"]);
      let said = "";
      run.child.stderr?.on("data", (text: string) => (said += text));
      await eventually("the transit copy", async () => (await copiesOf(builder(), source))[0]);
      await cloud.clock.advance(60);
      await eventually("AWS's refusal", async () => REFUSAL.test(said) || undefined);
      expect(await copiesOf(prod(), source)).toEqual([]);
      cloud.clock.setScale(600);
      const { code, stderr } = await run.finished;
      expect({ code, stderr }).toEqual({ code: 0, stderr: expect.anything() });
      expect((await copiesOf(prod(), source)).map(({ State }) => State)).toEqual(["available"]);
      await expectNothingShared();
    } finally {
      cloud.clock.setScale(600);
    }
  });
});

describe("an Auto Scaling group", () => {
  test("whose role the key's policy does not let in cannot launch, and the doctor says why and who must act", async () => {
    expect((await keyferry("run")).code).toBe(0);
    const [copy] = await copiesOf(prod(), source);
    const home = await keyArn(prod(), HOME);
    const { iam, ec2, autoScaling } = prod();
    await iam
      .send(new CreateServiceLinkedRoleCommand({ AWSServiceName: "autoscaling.amazonaws.com" }))
      .catch(() => undefined);
    const rows = ["AutoScalingGrantsToEbs", "AutoScalingMakesVolumes", "AutoScalingUses"];
    await withoutKeyStatements(prod(), home, rows, async () => {
      await ec2.send(
        new CreateLaunchTemplateCommand({
          LaunchTemplateName: GROUP,
          LaunchTemplateData: { ImageId: copy?.ImageId, InstanceType: "t3.micro" },
        }),
      );
      await autoScaling.send(
        new CreateAutoScalingGroupCommand({
          AutoScalingGroupName: GROUP,
          MinSize: 1,
          MaxSize: 1,
          AvailabilityZones: ["eu-central-1a"],
          LaunchTemplate: { LaunchTemplateName: GROUP },
        }),
      );
      await cloud.clock.advance(600);
      const { Activities = [] } = await autoScaling.send(
        new DescribeScalingActivitiesCommand({ AutoScalingGroupName: GROUP }),
      );
      expect(Activities[0]?.StatusMessage).toContain("Client.InternalError: Client error on launch");
      expect(await explained(Activities[0]?.StatusMessage)).toContain(
        "the service-linked role of Auto Scaling",
      );
      const found = await diagnosis();
      const launch = found.find(({ check }) => check === "launches");
      expect(launch).toMatchObject({ subject: "web -> prod eu-central-1", account: "222222222222" });
      expect(launch?.what).toContain("Client.InternalError: Client error on launch");
      expect(launch?.fix).toContain("must let AWSServiceRoleForAutoScaling in by the policy of its key");
      const missing = found.filter(({ check }) => check === "permissions");
      expect(missing.map(({ fix }) => fix).join()).toContain("statement AutoScalingGrantsToEbs");
    });
  });
});

const whereInstalled = awsCliVersion() !== undefined || process.env["CI"] === "true" ? test : test.skip;

whereInstalled("what the AWS CLI prints is explained by a pipe into keyferry", async () => {
  const copy = `aws ec2 copy-image --name by-hand --source-region eu-west-1 --source-image-id ${source} --no-encrypted`;
  const { stdout } = await promisify(execFile)("sh", ["-c", `${copy} 2>&1 | "$NODE" "$KEYFERRY" explain`], {
    env: {
      ...process.env,
      ...administratorEnvironment(cloud.url, "111111111111", "eu-west-1"),
      NODE: process.execPath,
      KEYFERRY: path.join(ROOT, "bin/keyferry.js"),
    },
  });
  expect(stdout).toMatch(/^CopyImage: InvalidRequest: Snapshot snap-\w+ is encrypted\./);
  expect(stdout).toContain("cause: copying never takes encryption away");
});

/** For account 222222222222. */
async function setQuota(quotas: Readonly<Record<string, number>>): Promise<void> {
  const body = JSON.stringify({ account: "222222222222", quotas });
  await fetch(`${cloud.url}/_rehearsal/quotas`, { method: "PUT", body });
}
