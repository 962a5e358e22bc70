import { CreateAutoScalingGroupCommand, DeleteAutoScalingGroupCommand } from "@aws-sdk/client-auto-scaling";
import {
  CopyImageCommand,
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  CreateSnapshotCommand,
  CreateTagsCommand,
  CreateVolumeCommand,
  DeleteLaunchTemplateCommand,
  DescribeImagesCommand,
  DescribeSnapshotsCommand,
  EnableImageDeprecationCommand,
  ModifyImageAttributeCommand,
  ModifyLaunchTemplateCommand,
  RegisterImageCommand,
  type Image,
} from "@aws-sdk/client-ec2";
import {
  GetParameterCommand,
  ListTagsForResourceCommand,
  PutParameterCommand,
  SSMClient,
} from "@aws-sdk/client-ssm";
import type { TopologyInput } from "../../topology";
import { ACME } from "../_helpers/topologies";
import { Administrators, deployFoundation } from "../_helpers/virtual";
import { copiesOf, ownImages, sharedWith, withoutRoleStatements } from "./lib/cloud-state";
import { eventually, rehearse, type Rehearsal } from "./lib/rehearsal";

const web = ACME.images["web"] as NonNullable<TopologyInput["images"]>[string];

/** Prod keeps two copies; staging keeps all and protects them. Each test continues from the previous one. */
const TOPOLOGY: TopologyInput = {
  ...ACME,
  name: "keep",
  images: {
    web: {
      ...web,
      to: [
        { account: "prod", regions: ["eu-central-1"], keep: 2 },
        { account: "staging", regions: ["eu-west-1"], deregistrationProtection: "without-cooldown" },
      ],
    },
  },
};
const ROLE = "keyferry-keep-runner";
const PARAMETER = "/images/web";
const HOUR = 3600;

jest.setTimeout(240_000);

let cloud: Rehearsal;
let admins: Administrators;
/** Source images in the order in which they were built. */
const sources: string[] = [];

const builder = () => admins.of("111111111111", "eu-west-1");
const prod = () => admins.of("222222222222", "eu-central-1");
const staging = () => admins.of("333333333333", "eu-west-1");

beforeAll(async () => {
  cloud = await rehearse(TOPOLOGY, 600);
  admins = new Administrators(cloud.url);
  await deployFoundation(admins, cloud.topology);
});

afterAll(() => cloud.stop());

/** Builds an image with every attribute that an image can have, on two volumes under the account's own key. */
async function build(name: string): Promise<string> {
  const { ec2 } = builder();
  const disks: string[] = [];
  for (const Size of [8, 20]) {
    const volume = await ec2.send(
      new CreateVolumeCommand({
        AvailabilityZone: "eu-west-1a",
        Size,
        Encrypted: true,
        KmsKeyId: "alias/app-data",
      }),
    );
    await cloud.clock.advance(60);
    const snapshot = await ec2.send(
      new CreateSnapshotCommand({
        VolumeId: volume.VolumeId,
        TagSpecifications: [
          { ResourceType: "snapshot", Tags: [{ Key: "Name", Value: `${name} ${Size} GiB` }] },
        ],
      }),
    );
    disks.push(snapshot.SnapshotId ?? "");
    await cloud.clock.advance(HOUR);
  }
  const { ImageId = "" } = await ec2.send(
    new RegisterImageCommand({
      Name: name,
      Description: `${name} for everybody`,
      Architecture: "x86_64",
      VirtualizationType: "hvm",
      EnaSupport: true,
      SriovNetSupport: "simple",
      BootMode: "uefi",
      TpmSupport: "v2.0",
      ImdsSupport: "v2.0",
      RootDeviceName: "/dev/xvda",
      BlockDeviceMappings: [
        {
          DeviceName: "/dev/xvda",
          Ebs: { SnapshotId: disks[0], VolumeType: "gp3", Iops: 4000, Throughput: 250 },
        },
        { DeviceName: "/dev/sdb", VirtualName: "ephemeral0" },
        {
          DeviceName: "/dev/sdf",
          Ebs: { SnapshotId: disks[1], VolumeType: "io2", Iops: 1000, DeleteOnTermination: false },
        },
      ],
    }),
  );
  await cloud.clock.advance(60);
  await ec2.send(new CreateTagsCommand({ Resources: [ImageId], Tags: [{ Key: "Name", Value: name }] }));
  await ec2.send(
    new EnableImageDeprecationCommand({ ImageId, DeprecateAt: new Date("2030-01-01T00:00:00Z") }),
  );
  sources.push(ImageId);
  return ImageId;
}

/** Runs the command; fails with its output if the exit code is not the expected one. */
async function keyferry(code: number, ...argv: string[]) {
  const ended = await cloud.keyferry(...argv);
  expect({ code: ended.code, said: ended.code === code ? "" : ended.stdout + ended.stderr }).toEqual({
    code,
    said: "",
  });
  return ended;
}

const namesInProd = async () => (await ownImages(prod())).map(({ Name }) => Name).sort();

async function copyIn(admin: ReturnType<typeof prod>, source: string | undefined): Promise<Image> {
  const copy = (await copiesOf(admin, source ?? "")).find(({ Name }) => Name !== "theirs");
  if (copy === undefined) throw new TypeError(`no copy of ${source}`);
  return copy;
}

function ssm(account: string, region: string): SSMClient {
  return new SSMClient({
    endpoint: cloud.url,
    region,
    credentials: { accessKeyId: account, secretAccessKey: "rehearsal" },
  });
}

async function published(account = "222222222222", region = "eu-central-1"): Promise<string | undefined> {
  return (await ssm(account, region).send(new GetParameterCommand({ Name: PARAMETER }))).Parameter?.Value;
}

const tagsOf = (tags: Image["Tags"]) =>
  Object.fromEntries(
    (tags ?? [])
      .filter(({ Key }) => Key?.startsWith("keyferry:") !== true)
      .map(({ Key, Value }) => [Key, Value]),
  );

/** The attributes that must be equal in two images. */
const likeness = (image: Image | undefined) => ({
  description: image?.Description,
  deprecation: image?.DeprecationTime,
  bootMode: image?.BootMode,
  tpm: image?.TpmSupport,
  imds: image?.ImdsSupport,
  ena: image?.EnaSupport,
  sriov: image?.SriovNetSupport,
  architecture: image?.Architecture,
  root: [image?.RootDeviceName, image?.RootDeviceType],
  devices: (image?.BlockDeviceMappings ?? []).map(({ DeviceName, VirtualName, Ebs }) => [
    DeviceName,
    VirtualName,
    Ebs?.VolumeType,
    Ebs?.Iops,
    Ebs?.Throughput,
    Ebs?.VolumeSize,
    Ebs?.DeleteOnTermination,
  ]),
});

describe("a copy of an image with everything", () => {
  test("has its source's attributes and tags, also on every snapshot, and its parameter has lineage tags", async () => {
    const source = await build("web-1");
    await keyferry(0, "run");
    const original = (await ownImages(builder())).find(({ ImageId }) => ImageId === source);
    for (const admin of [prod(), staging()]) {
      const copy = await copyIn(admin, source);
      expect(likeness(copy)).toEqual(likeness(original));
      expect(tagsOf(copy.Tags)).toEqual({ Name: "web-1", team: "platform" });
      const ids = (copy.BlockDeviceMappings ?? []).flatMap(({ Ebs }) => Ebs?.SnapshotId ?? []);
      const { Snapshots = [] } = await admin.ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: ids }));
      expect(Snapshots.map(({ Tags }) => tagsOf(Tags)["Name"]).sort()).toEqual([
        "web-1 20 GiB",
        "web-1 8 GiB",
      ]);
    }
    expect((await copyIn(prod(), source)).DeregistrationProtection).toBe("disabled");
    expect((await copyIn(staging(), source)).DeregistrationProtection).toBe("enabled-without-cooldown");
    const tags = await ssm("222222222222", "eu-central-1").send(
      new ListTagsForResourceCommand({ ResourceType: "Parameter", ResourceId: PARAMETER }),
    );
    expect(tags.TagList).toContainEqual({ Key: "keyferry:topology", Value: "keep" });
  });

  test("with changed attributes is reported by verify, attribute by attribute, and repaired by the next run", async () => {
    const copy = await copyIn(prod(), sources[0]);
    const ImageId = copy.ImageId;
    await prod().ec2.send(new ModifyImageAttributeCommand({ ImageId, Description: { Value: "other" } }));
    await prod().ec2.send(
      new CreateTagsCommand({ Resources: [ImageId ?? ""], Tags: [{ Key: "team", Value: "nobody" }] }),
    );
    const { stdout } = await keyferry(1, "verify");
    expect(stdout).toContain(
      `description of ${ImageId}: source web-1 for everybody, copy other, fix: run again`,
    );
    expect(stdout).toContain(`tag team of ${ImageId}: source platform, copy nobody, fix: run again`);
    await keyferry(0, "run");
    expect(tagsOf((await copyIn(prod(), sources[0])).Tags)).toEqual({ Name: "web-1", team: "platform" });
    await keyferry(0, "verify");
  });

  test("is not published if the role may not set its attributes, and the error says what the account must add", async () => {
    const before = await published();
    await build("web-2");
    await withoutRoleStatements(prod(), ROLE, ["DeprecateCopies"], async () => {
      const { stderr } = await keyferry(1, "run");
      expect(stderr).toContain("ec2:EnableImageDeprecation");
    });
    expect(await published()).toBe(before);
    expect(await published("333333333333", "eu-west-1")).toBe((await copyIn(staging(), sources[1])).ImageId);
    await keyferry(0, "run");
    expect(await published()).toBe((await copyIn(prod(), sources[1])).ImageId);
  });
});

/** Another team's image with its snapshots and all tags, as EC2 describes it to them. */
async function theirs(name: string): Promise<unknown> {
  const image = (await ownImages(prod())).find(({ Name }) => Name === name);
  const SnapshotIds = (image?.BlockDeviceMappings ?? []).flatMap(({ Ebs }) => Ebs?.SnapshotId ?? []);
  return {
    image,
    snapshots: (await prod().ec2.send(new DescribeSnapshotsCommand({ SnapshotIds }))).Snapshots,
  };
}

/** What the other teams have before the next runs. */
let before: unknown;

describe("other teams in the same account", () => {
  test("copy a copy with its tags, and have launch templates with parameters of AWS and of their own", async () => {
    const copy = await copyIn(prod(), sources[1]);
    const { ImageId = "" } = await prod().ec2.send(
      new CopyImageCommand({
        Name: "theirs",
        SourceImageId: copy.ImageId,
        SourceRegion: "eu-central-1",
        CopyImageTags: true,
      }),
    );
    await cloud.clock.advance(HOUR);
    const client = ssm("222222222222", "eu-central-1");
    const parameter = { Name: "/teams/base", Type: "String", DataType: "aws:ec2:image" } as const;
    await client.send(new PutParameterCommand({ ...parameter, Value: ImageId }));
    await cloud.clock.advance(60);
    for (const [LaunchTemplateName, name] of [
      ["theirs-of-aws", "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"],
      ["theirs-of-their-own", "/teams/base"],
      ["theirs-of-nothing", "/teams/gone:7"],
    ]) {
      const LaunchTemplateData = { ImageId: `resolve:ssm:${name}`, InstanceType: "t3.micro" as const };
      await prod().ec2.send(new CreateLaunchTemplateCommand({ LaunchTemplateName, LaunchTemplateData }));
    }
    before = await theirs("theirs");
    expect(JSON.stringify(before)).toContain("keyferry:node");
    await keyferry(0, "verify");
  });
});

describe("old copies", () => {
  const template = { LaunchTemplateName: "theirs" };

  test("stay while a group uses them through an old version of its launch template", async () => {
    const first = await copyIn(prod(), sources[0]);
    const second = await copyIn(prod(), sources[1]);
    const data = (image: Image) => ({
      LaunchTemplateData: { ImageId: image.ImageId, InstanceType: "t3.micro" as const },
    });
    await prod().ec2.send(new CreateLaunchTemplateCommand({ ...template, ...data(first) }));
    await prod().ec2.send(new CreateLaunchTemplateVersionCommand({ ...template, ...data(second) }));
    await prod().ec2.send(new ModifyLaunchTemplateCommand({ ...template, DefaultVersion: "2" }));
    await prod().autoScaling.send(
      new CreateAutoScalingGroupCommand({
        AutoScalingGroupName: "theirs",
        LaunchTemplate: { ...template, Version: "1" },
        MinSize: 0,
        MaxSize: 0,
        AvailabilityZones: ["eu-central-1a"],
      }),
    );
    await build("web-3");
    const { stderr } = await keyferry(0, "run");
    expect(stderr).toContain(
      `kept the old copy ${first.ImageId}, because it is used by launch template theirs version 1 of Auto Scaling group theirs`,
    );
    expect(await namesInProd()).toEqual(["theirs", "web-1", "web-2", "web-3"]);
  });

  test("are deleted with their snapshots once nothing uses them, and those of another account stay", async () => {
    const first = await copyIn(prod(), sources[0]);
    await prod().autoScaling.send(new DeleteAutoScalingGroupCommand({ AutoScalingGroupName: "theirs" }));
    await keyferry(0, "run");
    expect(await namesInProd()).toEqual(["theirs", "web-2", "web-3"]);
    const ids = (first.BlockDeviceMappings ?? []).flatMap(({ Ebs }) => Ebs?.SnapshotId ?? []);
    const { Snapshots = [] } = await prod().ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ["self"] }));
    expect(Snapshots.filter(({ SnapshotId }) => ids.includes(SnapshotId ?? ""))).toEqual([]);
    expect((await ownImages(staging())).map(({ Name }) => Name).sort()).toEqual(["web-1", "web-2", "web-3"]);
    await prod().ec2.send(new DeleteLaunchTemplateCommand(template));
  });
});

describe("a rollback", () => {
  test("shows its effect with --dry-run, publishes the previous verified copy everywhere, and survives a run", async () => {
    const told = await keyferry(0, "run", "--rollback", "web", "--dry-run");
    const earlier = await copyIn(prod(), sources[1]);
    expect(told.stdout).toContain(earlier.ImageId);
    expect(await published()).toBe((await copyIn(prod(), sources[2])).ImageId);

    await keyferry(0, "run", "--rollback", "web");
    await keyferry(0, "run", "--rollback", "web");
    const both = async () => [await published(), await published("333333333333", "eu-west-1")];
    const expected = [earlier.ImageId, (await copyIn(staging(), sources[1])).ImageId];
    expect(await both()).toEqual(expected);
    await keyferry(0, "run");
    expect(await both()).toEqual(expected);
    expect((await keyferry(0, "verify")).stdout).toContain(`rolled back to ${earlier.ImageId}`);
  });

  test("ends with --publish", async () => {
    await keyferry(0, "run", "--publish", "web");
    expect(await published()).toBe((await copyIn(prod(), sources[2])).ImageId);
  });

  test("of a rule that the topology does not have is rejected without a stack trace", async () => {
    const { stderr } = await keyferry(2, "run", "--rollback", "wep");
    expect(stderr).toContain('the topology has no rule "wep"');
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

describe("what a killed run leaves", () => {
  test("is listed by clean and removed by clean --apply, and the next run still carries the image", async () => {
    const source = await build("web-4");
    cloud.clock.setScale(0.001);
    const run = cloud.startKeyferry(["run"]);
    await eventually("the transit copy", async () => (await copiesOf(builder(), source))[0]);
    run.child.kill("SIGKILL");
    await run.finished;
    cloud.clock.setScale(600);

    const listed = await keyferry(0, "clean");
    expect(listed.stdout).toMatch(/^lease\s+\/keyferry\/keep\/lease/m);
    expect(listed.stdout).toContain("the unfinished run of web");
    expect(listed.stdout).toContain("nothing was removed");
    await keyferry(0, "clean", "--apply");
    expect((await keyferry(0, "clean", "--json")).stdout).toContain('"leftovers":[]');

    await keyferry(0, "run");
    expect(await published()).toBe((await copyIn(prod(), source)).ImageId);
    expect(await copiesOf(builder(), source)).toEqual([]);
    const { Images = [] } = await builder().ec2.send(new DescribeImagesCommand({ ImageIds: [source] }));
    for (const image of Images) expect(await sharedWith(builder(), image)).toEqual([]);
    await keyferry(0, "clean");
  });
});

test("nothing of the other teams has changed", async () => {
  await keyferry(0, "clean", "--apply");
  expect(await theirs("theirs")).toEqual(before);
});
