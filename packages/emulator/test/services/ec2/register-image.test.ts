import type { JsonObject } from "../../../contract";
import { publicKernels } from "../../../services/ec2/images/kernels";
import {
  availableImage,
  createBench,
  DST,
  FRANKFURT,
  IRELAND,
  share,
  snapshotsOf,
  SRC,
  type Bench,
} from "./lib/bench";

/** Id of PV-GRUB for 64 bits and disks without partitions. */
function kernel(region: string): string {
  const found = publicKernels(region).find(({ name }) => name === "pv-grub-hd0_1.05-x86_64.gz");
  return found?.imageId ?? "";
}

describe("RegisterImage", () => {
  let bench: Bench;
  let key: string;
  let snapshot: string;

  beforeEach(async () => {
    bench = createBench();
    key = bench.addKey(SRC, IRELAND, "source");
    [snapshot = ""] = snapshotsOf(bench, await availableImage(bench, key));
  });

  const root = (ebs: JsonObject = {}): JsonObject => ({
    DeviceName: "/dev/xvda",
    Ebs: { SnapshotId: snapshot, ...ebs },
  });
  const parameters = (more: JsonObject = {}): JsonObject => ({
    Name: "registered",
    RootDeviceName: "/dev/xvda",
    BlockDeviceMapping: [root()],
    ...more,
  });
  const refused = (more: JsonObject): Promise<string> =>
    bench.refusal(SRC, IRELAND, "RegisterImage", parameters(more));
  const registered = async (more: JsonObject = {}): Promise<JsonObject> => {
    const { imageId } = await bench.call(SRC, IRELAND, "RegisterImage", parameters(more));
    const { imagesSet } = await bench.call(SRC, IRELAND, "DescribeImages", { ImageId: [imageId!] });
    return (imagesSet as readonly JsonObject[])[0] ?? {};
  };

  it("uses AWS's defaults for missing parameters, even where they are dangerous", async () => {
    expect(await registered()).toMatchObject({
      imageState: "available",
      architecture: "i386",
      virtualizationType: "paravirtual",
      enaSupport: false,
    });
  });

  it("accepts a kernel of the Region, which is described as an image of that type", async () => {
    const found = await bench.call(SRC, IRELAND, "DescribeImages", { ImageId: [kernel(IRELAND)] });
    expect(found.imagesSet).toMatchObject([
      { imageType: "kernel", imageOwnerAlias: "amazon", rootDeviceType: "instance-store" },
    ]);
    expect(await registered({ KernelId: kernel(IRELAND), Architecture: "x86_64" })).toMatchObject({
      kernelId: kernel(IRELAND),
      imageType: "machine",
    });
  });

  it("stores the parameters of the call", async () => {
    const traits = {
      Architecture: "x86_64",
      VirtualizationType: "hvm",
      EnaSupport: "true",
      SriovNetSupport: "simple",
      BootMode: "uefi",
      TpmSupport: "v2.0",
      ImdsSupport: "v2.0",
      UefiData: "QU1aTlVFRkk=",
    };
    const image = await registered(traits);
    expect(image).toMatchObject({
      architecture: "x86_64",
      virtualizationType: "hvm",
      enaSupport: true,
      sriovNetSupport: "simple",
      bootMode: "uefi",
      tpmSupport: "v2.0",
      imdsSupport: "v2.0",
    });
    expect(image.uefiData).toBeUndefined();
    const answer = await bench.call(SRC, IRELAND, "DescribeImageAttribute", {
      ImageId: image.imageId,
      Attribute: "uefiData",
    });
    expect(answer.uefiData).toEqual({ value: "QU1aTlVFRkk=" });
  });

  it("has encrypted devices if their snapshots are encrypted, and empty and instance store volumes", async () => {
    const image = await registered({
      BlockDeviceMapping: [
        root(),
        { DeviceName: "/dev/sdb", Ebs: { VolumeSize: "5" } },
        { DeviceName: "/dev/sdc", VirtualName: "ephemeral0" },
        { DeviceName: "/dev/sdd", NoDevice: "" },
      ],
    });
    expect(image.blockDeviceMapping).toEqual([
      expect.objectContaining({
        deviceName: "/dev/xvda",
        ebs: expect.objectContaining({ snapshotId: snapshot, encrypted: true, volumeSize: 8 }) as unknown,
      }),
      expect.objectContaining({
        deviceName: "/dev/sdb",
        ebs: expect.objectContaining({ volumeSize: 5, encrypted: false }) as unknown,
      }),
      expect.objectContaining({ deviceName: "/dev/sdc", virtualName: "ephemeral0" }),
    ]);
  });

  it.each([
    [
      "an encryption state together with a snapshot",
      (): JsonObject => ({ BlockDeviceMapping: [root({ Encrypted: "true" })] }),
      "InvalidBlockDeviceMapping: the encrypted flag cannot be specified since device /dev/xvda has a snapshot specified.",
    ],
    [
      "a key together with a snapshot",
      (): JsonObject => ({ BlockDeviceMapping: [root({ KmsKeyId: key })] }),
      "InvalidBlockDeviceMapping: the encrypted flag",
    ],
    [
      "a mapping without the root",
      (): JsonObject => ({ RootDeviceName: "/dev/sda1" }),
      "InvalidBlockDeviceMapping: No root snapshot specified in device mapping.",
    ],
    [
      "no mapping",
      (): JsonObject => ({ BlockDeviceMapping: [] }),
      "InvalidBlockDeviceMapping: No root snapshot",
    ],
    [
      "a volume that is smaller than its snapshot",
      (): JsonObject => ({ BlockDeviceMapping: [root({ VolumeSize: "4" })] }),
      "InvalidBlockDeviceMapping: Volume of size 4GB is smaller",
    ],
    [
      "a snapshot that does not exist",
      (): JsonObject => ({ BlockDeviceMapping: [root({ SnapshotId: "snap-0123456789abcdef0" })] }),
      "InvalidSnapshot.NotFound",
    ],
    ["a name in use", (): JsonObject => ({ Name: "web" }), "InvalidAMIName.Duplicate"],
    [
      "a kernel that does not exist in the Region",
      (): JsonObject => ({ KernelId: kernel(FRANKFURT) }),
      "InvalidAMIID.NotFound: The image id '[aki-",
    ],
    [
      "a RAM disk that is a kernel",
      (): JsonObject => ({ RamdiskId: kernel(IRELAND) }),
      "InvalidAMIID.NotFound",
    ],
    ["an unknown architecture", (): JsonObject => ({ Architecture: "vax" }), "InvalidParameterValue"],
    ["a TPM without UEFI", (): JsonObject => ({ TpmSupport: "v2.0" }), "InvalidParameterCombination"],
    [
      "tags of snapshots",
      (): JsonObject => ({ TagSpecification: [{ ResourceType: "snapshot" }] }),
      "InvalidParameterValue",
    ],
    [
      "a manifest of an instance store image",
      (): JsonObject => ({ ImageLocation: "b/m" }),
      "UnsupportedOperation",
    ],
  ])("refuses %s", async (_what, change, expected) => {
    expect(await refused(change())).toContain(expected);
  });

  it("refuses a snapshot that is still pending", async () => {
    const { snapshotId } = await bench.call(SRC, IRELAND, "CopySnapshot", {
      SourceSnapshotId: snapshot,
      SourceRegion: IRELAND,
    });
    const pending = { BlockDeviceMapping: [root({ SnapshotId: String(snapshotId) })] };
    expect(await refused(pending)).toMatch(/^IncorrectState/);
    await bench.clock.advance(3600);
    expect(await refused(pending)).toBe("none");
  });

  it("protects its snapshots: they cannot be deleted while it is registered", async () => {
    const { imageId } = await registered();
    const original = Object.values(bench.state.images).find((image) => image.name === "web");
    await bench.call(SRC, IRELAND, "DeregisterImage", { ImageId: original!.imageId });
    expect(await bench.refusal(SRC, IRELAND, "DeleteSnapshot", { SnapshotId: snapshot })).toMatch(
      /^InvalidSnapshot.InUse/,
    );
    await bench.call(SRC, IRELAND, "DeregisterImage", { ImageId: imageId });
    expect(await bench.refusal(SRC, IRELAND, "DeleteSnapshot", { SnapshotId: snapshot })).toBe("none");
  });

  it("creates an image that cannot be launched where its defaults match no instance type", async () => {
    const run = async (more: JsonObject, InstanceType: string): Promise<string> => {
      const { imageId } = await registered(more);
      const input = { ImageId: imageId, InstanceType, MinCount: "1", MaxCount: "1" };
      return bench.refusal(SRC, IRELAND, "RunInstances", input);
    };
    expect(await run({}, "t3.micro")).toMatch(
      /^InvalidParameterValue: The architecture 'x86_64' of the specified instance type does not match the architecture 'i386'/,
    );
    const machine = { Architecture: "x86_64", VirtualizationType: "hvm" };
    expect(await run({ ...machine, Name: "without-ena" }, "t3.micro")).toBe(
      "InvalidParameterCombination: Enhanced networking with the Elastic Network Adapter (ENA) is required for the 't3.micro' instance type. Ensure that you are using an AMI that is enabled for ENA.",
    );
    expect(await run({ ...machine, Name: "on-an-old-type" }, "t2.micro")).toBe("none");
    expect(await run({ ...machine, Name: "with-ena", EnaSupport: "true" }, "t3.micro")).toBe("none");
  });

  it("completes the manual way: copied snapshot, registered in the other account and Region", async () => {
    const home = bench.addKey(DST, FRANKFURT, "home");
    bench.keys[key]!.allowed[DST] = ["*"];
    const original = Object.values(bench.state.images).find((image) => image.name === "web");
    await share(bench, original!.imageId);
    const { snapshotId } = await bench.call(DST, FRANKFURT, "CopySnapshot", {
      SourceSnapshotId: snapshot,
      SourceRegion: IRELAND,
      Encrypted: "true",
      KmsKeyId: home,
    });
    await bench.clock.advance(3600);
    const { imageId } = await bench.call(DST, FRANKFURT, "RegisterImage", {
      ...parameters({ Architecture: "x86_64", VirtualizationType: "hvm", EnaSupport: "true" }),
      BlockDeviceMapping: [root({ SnapshotId: snapshotId })],
    });
    const run = { ImageId: imageId, InstanceType: "t3.micro", MinCount: "1", MaxCount: "1" };
    const { instancesSet } = await bench.call(DST, FRANKFURT, "RunInstances", run);
    await bench.clock.advance(60);
    const [instance] = instancesSet as readonly JsonObject[];
    expect(bench.state.instances[String(instance?.instanceId)]?.state).toBe("running");
    const [volume] = Object.values(bench.state.volumes).filter((item) => item.owner === DST);
    expect(volume?.keyArn).toBe(home);
  });
});
