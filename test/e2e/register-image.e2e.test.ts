import {
  DescribeImageAttributeCommand,
  DescribeImagesCommand,
  DescribeSnapshotsCommand,
  RegisterImageCommand,
  RunInstancesCommand,
  type Image,
  type RegisterImageCommandInput,
  type Snapshot,
} from "@aws-sdk/client-ec2";
import type { Host } from "../../scripts/cli/host";
import { runCli } from "../../scripts/cli/run-cli";
import { systemHost } from "../../scripts/cli/system-host";
import type { TopologyInput } from "../../topology";
import { WITH_VOLUME_KEYS } from "../_helpers/topologies";
import { Administrators, deployFoundation, makeSnapshot } from "../_helpers/virtual";
import { copiesOf, keyArn, keysOf, ownImages, sharedWith, withoutRoleStatements } from "./lib/cloud-state";
import { rehearse, type Finished, type Rehearsal } from "./lib/rehearsal";

/** Copies to another account and Region, and to another account; each test continues from the previous one. */
const TOPOLOGY: TopologyInput = WITH_VOLUME_KEYS;
const ROLE = "keyferry-registered-runner";
const HOME = "alias/keyferry/registered/home";
const UEFI_DATA = "QU1aTlVFRkk=";

jest.setTimeout(240_000);

let cloud: Rehearsal;
let admins: Administrators;

const builder = () => admins.of("111111111111", "eu-west-1");
const prod = () => admins.of("222222222222", "eu-central-1");
const staging = () => admins.of("333333333333", "eu-west-1");

beforeAll(async () => {
  cloud = await rehearse(TOPOLOGY, 600);
  admins = new Administrators(cloud.url);
  await deployFoundation(admins, cloud.topology);
});
afterAll(() => cloud.stop());

/** Registers an image of three volumes: under the EBS default key, under a key of the account, and unencrypted. */
async function build(name: string, what: Partial<RegisterImageCommandInput>): Promise<string> {
  const disks: string[] = [];
  for (const keyAlias of ["alias/aws/ebs", "alias/app-data", undefined]) {
    const disk = { sizeGiB: 8, ...(keyAlias === undefined ? {} : { keyAlias }) };
    const [{ from }] = cloud.topology.rules as [(typeof cloud.topology.rules)[number]];
    disks.push(await makeSnapshot({ cloudClock: cloud.clock }, admins, from, disk, { Name: name }));
  }
  const { ImageId = "" } = await builder().ec2.send(
    new RegisterImageCommand({
      Name: name,
      Description: `${name} for everybody`,
      Architecture: "x86_64",
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
        { DeviceName: "/dev/sdg", Ebs: { SnapshotId: disks[2], VolumeType: "gp2", VolumeSize: 20 } },
      ],
      ...what,
    }),
  );
  await cloud.clock.advance(60);
  return ImageId;
}

/** Runs a command as a user does, in this process. */
async function command(argv: readonly string[]): Promise<Pick<Finished, "code" | "stdout" | "stderr">> {
  const said = { stdout: "", stderr: "" };
  const host: Host = {
    ...systemHost,
    env: cloud.env,
    cwd: cloud.directory,
    out: (text) => void (said.stdout += `${text}\n`),
    err: (text) => void (said.stderr += `${text}\n`),
    load: () => ({ default: TOPOLOGY }),
    onInterrupt: () => () => undefined,
  };
  const before = { ...process.env };
  Object.assign(process.env, cloud.env);
  try {
    return { code: await runCli(argv, host), ...said };
  } finally {
    for (const name of Object.keys(cloud.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  }
}

/** Runs the command; fails with its output if the exit code is not the expected one. */
async function keyferry(code: number, ...argv: string[]) {
  const ended = await command(argv);
  expect({ code: ended.code, said: ended.code === code ? "" : ended.stdout + ended.stderr }).toEqual({
    code,
    said: "",
  });
  return ended;
}

async function imageOf(admin: ReturnType<typeof prod>, source: string): Promise<Image> {
  const copies = await copiesOf(admin, source);
  expect(copies).toHaveLength(1);
  return copies[0]!;
}

async function snapshotsIn({ ec2 }: ReturnType<typeof prod>): Promise<readonly Snapshot[]> {
  return (await ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ["self"] }))).Snapshots ?? [];
}

async function uefiDataOf({ ec2 }: ReturnType<typeof prod>, { ImageId }: Image) {
  const asked = new DescribeImageAttributeCommand({ ImageId, Attribute: "uefiData" });
  return (await ec2.send(asked)).UefiData?.Value;
}

async function kernelName({ ec2 }: ReturnType<typeof prod>, { KernelId = "" }: Image) {
  const { Images = [] } = await ec2.send(new DescribeImagesCommand({ ImageIds: [KernelId] }));
  return Images[0]?.Name;
}

/** The attributes that must be equal in two images. */
const likeness = (image: Image | undefined) => ({
  name: image?.Name,
  description: image?.Description,
  architecture: image?.Architecture,
  virtualization: image?.VirtualizationType,
  bootMode: image?.BootMode,
  tpm: image?.TpmSupport,
  imds: image?.ImdsSupport,
  ena: image?.EnaSupport,
  sriov: image?.SriovNetSupport,
  platform: [image?.PlatformDetails, image?.UsageOperation],
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

async function sourceImage(id: string): Promise<Image | undefined> {
  return (await ownImages(builder())).find(({ ImageId }) => ImageId === id);
}

test("an image with every attribute is registered in each destination, with snapshots under its home key, and launches", async () => {
  const source = await build("web-1", {
    VirtualizationType: "hvm",
    EnaSupport: true,
    SriovNetSupport: "simple",
    BootMode: "uefi",
    TpmSupport: "v2.0",
    ImdsSupport: "v2.0",
    UefiData: UEFI_DATA,
  });
  await keyferry(0, "doctor");
  const { stderr } = await keyferry(0, "run");
  expect(stderr).toContain("by the route register-image");
  const original = await sourceImage(source);
  for (const [admin, data] of [
    [prod(), "alias/keyferry/registered/app-data"],
    [staging(), "alias/keyferry/registered/staging-data"],
  ] as const) {
    const copy = await imageOf(admin, source);
    expect(likeness(copy)).toEqual(likeness(original));
    expect(await uefiDataOf(admin, copy)).toBe(UEFI_DATA);
    expect(copy.SourceImageId).toBeUndefined();
    expect(copy.Tags).toContainEqual({ Key: "team", Value: "platform" });
    const home = await keyArn(admin, HOME);
    const dataKey = await keyArn(admin, `${data}/1`);
    expect([...(await keysOf(admin, copy))].sort()).toEqual([home, home, dataKey].sort());
    const snapshots = await snapshotsIn(admin);
    expect(snapshots).toHaveLength(3);
    const onData = copy.BlockDeviceMappings?.find(({ DeviceName }) => DeviceName === "/dev/sdf");
    expect(snapshots.find(({ SnapshotId }) => SnapshotId === onData?.Ebs?.SnapshotId)?.KmsKeyId).toBe(
      dataKey,
    );
    for (const { Tags } of snapshots) expect(Tags).toContainEqual({ Key: "Name", Value: "web-1" });
  }
  expect(await ownImages(builder())).toHaveLength(1);
  expect(await sharedWith(builder(), original!)).toEqual([]);
  const { ImageId } = await imageOf(staging(), source);
  const launched = await staging().ec2.send(
    new RunInstancesCommand({ ImageId, InstanceType: "m7i.large", MinCount: 1, MaxCount: 1 }),
  );
  expect(launched.Instances).toHaveLength(1);
});

test("a second run copies nothing, and verify passes", async () => {
  const before = [await snapshotsIn(prod()), await snapshotsIn(staging())];
  await keyferry(0, "run");
  expect([await snapshotsIn(prod()), await snapshotsIn(staging())]).toEqual(before);
  await keyferry(0, "verify");
});

test("a paravirtual image whose registration was denied is registered by the next run, from the same snapshots and with its Region's kernel", async () => {
  const { Images = [] } = await builder().ec2.send(
    new DescribeImagesCommand({
      Owners: ["amazon"],
      Filters: [{ Name: "name", Values: ["pv-grub-hd0_1.04-x86_64.gz"] }],
    }),
  );
  const KernelId = Images[0]?.ImageId;
  const source = await build("web-2", { VirtualizationType: "paravirtual", KernelId });
  const old = (await snapshotsIn(prod())).map(({ SnapshotId }) => SnapshotId);
  const copied = async () =>
    (await snapshotsIn(prod()))
      .map(({ SnapshotId }) => SnapshotId)
      .filter((id) => !old.includes(id))
      .sort();
  await withoutRoleStatements(prod(), ROLE, ["RegisterOwnSnapshots"], async () => {
    const { stderr } = await keyferry(1, "run");
    expect(stderr).toContain("not authorized to perform: ec2:RegisterImage");
    expect(stderr).toContain("lacks the foundation's statement RegisterOwnSnapshots");
    expect(stderr).toContain("1 succeeded, 1 failed");
  });
  const begun = await copied();
  expect(begun).toHaveLength(3);
  await keyferry(0, "run");
  expect(await copied()).toEqual(begun);
  const copy = await imageOf(prod(), source);
  expect(copy.KernelId).not.toBe(KernelId);
  expect(await kernelName(prod(), copy)).toBe("pv-grub-hd0_1.04-x86_64.gz");
  expect((await imageOf(staging(), source)).KernelId).toBe(KernelId);
  expect(likeness(copy)).toEqual(likeness(await sourceImage(source)));
  await keyferry(0, "verify");
});

test("no intermediate copies are left", async () => {
  expect((await keyferry(0, "clean")).stdout).toContain("nothing");
});
