import type { JsonObject } from "../../../contract";
import { publicImageParameter } from "../../../services/ssm/public-parameters";
import {
  addTemplate,
  availableImage,
  createBench,
  DST,
  IRELAND,
  linux,
  runningInstance,
  snapshotsOf,
  SRC,
  TEMPLATE,
  type Bench,
} from "./lib/bench";

const ONE = { MinCount: "1", MaxCount: "1" };
const launch = async (bench: Bench, more: JsonObject): Promise<JsonObject> => {
  const answer = await bench.call(SRC, IRELAND, "RunInstances", { ...ONE, ...more });
  return (answer.instancesSet as readonly JsonObject[])[0] ?? {};
};
const described = async (bench: Bench, id: string): Promise<JsonObject> => {
  const answer = await bench.call(SRC, IRELAND, "DescribeInstances", { InstanceId: [id] });
  const [reservation] = answer.reservationSet as readonly JsonObject[];
  return (reservation?.instancesSet as readonly JsonObject[])[0] ?? {};
};

describe("parameters that clients send with every launch", () => {
  it.each<[string, JsonObject, JsonObject]>([
    ["credits", { CreditSpecification: { CpuCredits: "standard" } }, {}],
    [
      "no hibernation",
      { HibernationOptions: { Configured: "false" } },
      { hibernationOptions: { configured: false } },
    ],
    ["no enclave", { EnclaveOptions: { Enabled: "false" } }, { enclaveOptions: { enabled: false } }],
    ["no IPv6", { Ipv6AddressCount: "0" }, {}],
    [
      "recovery",
      { MaintenanceOptions: { AutoRecovery: "disabled" } },
      { maintenanceOptions: { autoRecovery: "disabled" } },
    ],
    [
      "cores",
      { CpuOptions: { CoreCount: "1", ThreadsPerCore: "1" } },
      { cpuOptions: { coreCount: 1, threadsPerCore: 1 } },
    ],
    ["a group's name", { SecurityGroup: ["web"] }, { groupSet: [{ groupId: "sg-2", groupName: "web" }] }],
    ["an address", { PrivateIpAddress: "172.31.0.77" }, { privateIpAddress: "172.31.0.77" }],
  ])("%s are accepted and returned", async (_what, sent, shown) => {
    expect(await launch(createBench(), { ImageId: linux(IRELAND), ...sent })).toMatchObject(shown);
  });

  it("requires the permission on a group that is given by its name", async () => {
    const bench = createBench();
    bench.denied.push("ec2:RunInstances on arn:aws:ec2:eu-west-1:111111111111:security-group/sg-2");
    const run = (SecurityGroup: readonly string[]) =>
      bench.refusal(SRC, IRELAND, "RunInstances", { ...ONE, ImageId: linux(IRELAND), SecurityGroup });
    expect(await run(["web"])).toMatch(/^Denied/);
    expect(await run(["default"])).toBe("none");
  });

  it("returns the credits of burstable instances, and of no others", async () => {
    const bench = createBench();
    const CreditSpecification = { CpuCredits: "standard" };
    const own = await launch(bench, {
      ImageId: linux(IRELAND),
      InstanceType: "t3.micro",
      CreditSpecification,
    });
    const plain = await launch(bench, { ImageId: linux(IRELAND), InstanceType: "t3.micro" });
    const big = await launch(bench, { ImageId: linux(IRELAND), InstanceType: "m5.large" });
    const InstanceId = [own, plain, big].map(({ instanceId }) => String(instanceId));
    const answer = await bench.call(SRC, IRELAND, "DescribeInstanceCreditSpecifications", { InstanceId });
    expect(answer.instanceCreditSpecificationSet).toEqual([
      { instanceId: InstanceId[0], cpuCredits: "standard" },
      { instanceId: InstanceId[1], cpuCredits: "unlimited" },
    ]);
  });
});

describe("the network interface of an instance", () => {
  it("has a public address in a subnet that assigns one, another one after a stop, and none while stopped", async () => {
    const bench = createBench();
    const id = await runningInstance(bench);
    const first = (await described(bench, id)).ipAddress;
    expect(first).toMatch(/^198\.1[89]\./);
    const filter = { Filter: [{ Name: "association.public-ip", Value: [String(first)] }] };
    const { networkInterfaceSet } = await bench.call(SRC, IRELAND, "DescribeNetworkInterfaces", filter);
    expect(networkInterfaceSet).toEqual([
      expect.objectContaining({
        subnetId: "subnet-a",
        attachment: expect.objectContaining({ instanceId: id, deviceIndex: 0 }),
        association: expect.objectContaining({ publicIp: first }),
      }),
    ]);
    await bench.call(SRC, IRELAND, "StopInstances", { InstanceId: [id] });
    await bench.clock.advance(60);
    expect((await described(bench, id)).ipAddress).toBeUndefined();
    await bench.call(SRC, IRELAND, "StartInstances", { InstanceId: [id] });
    await bench.clock.advance(60);
    expect((await described(bench, id)).ipAddress).toMatch(/^198\.1[89]\./);
  });

  it("has none where the launch disables it or the subnet assigns none", async () => {
    const bench = createBench();
    const closed = [{ DeviceIndex: "0", AssociatePublicIpAddress: "false" }];
    const refused = await launch(bench, { ImageId: linux(IRELAND), NetworkInterface: closed });
    const elsewhere = await launch(bench, {
      ImageId: linux(IRELAND),
      Placement: { AvailabilityZone: "eu-west-1b" },
    });
    expect([refused.ipAddress, elsewhere.ipAddress]).toEqual([undefined, undefined]);
    expect(refused.networkInterfaceSet).toHaveLength(1);
  });

  it("is visible only to its account, and removed with the instance", async () => {
    const bench = createBench();
    const id = await runningInstance(bench);
    const [{ networkInterfaceId } = {}] = (await described(bench, id))
      .networkInterfaceSet as readonly JsonObject[];
    const ask = (account: string) =>
      bench.refusal(account, IRELAND, "DescribeNetworkInterfaces", {
        NetworkInterfaceId: [networkInterfaceId ?? ""],
      });
    expect(await ask(SRC)).toBe("none");
    expect(await ask(DST)).toMatch(/^InvalidNetworkInterfaceID.NotFound/);
    await bench.call(SRC, IRELAND, "TerminateInstances", { InstanceId: [id] });
    await bench.clock.advance(60);
    expect(await ask(SRC)).toMatch(/^InvalidNetworkInterfaceID.NotFound/);
  });
});

describe("an instance of a launch template", () => {
  it("has AWS's tags that name the template, which cannot be removed", async () => {
    const bench = createBench();
    addTemplate(bench, { ImageId: linux(IRELAND) });
    const made = await launch(bench, { LaunchTemplate: { LaunchTemplateId: TEMPLATE } });
    const id = String(made.instanceId);
    await bench.call(SRC, IRELAND, "CreateTags", { ResourceId: [id], Tag: [{ Key: "Name", Value: "web" }] });
    await bench.call(SRC, IRELAND, "DeleteTags", { ResourceId: [id] });
    expect((await described(bench, id)).tagSet).toEqual([
      { key: "aws:ec2launchtemplate:id", value: TEMPLATE },
      { key: "aws:ec2launchtemplate:version", value: "1" },
    ]);
  });

  it("lacks a device that the template omits with NoDevice, regardless of its other settings", async () => {
    const bench = createBench();
    const image = await runningInstance(bench, [{ DeviceName: "/dev/sdb", Ebs: { VolumeSize: "4" } }]);
    const { imageId } = await bench.call(SRC, IRELAND, "CreateImage", { InstanceId: image, Name: "two" });
    await bench.clock.advance(600);
    const omitted = [{ DeviceName: "/dev/sdb", NoDevice: "", Ebs: { VolumeSize: "9", KmsKeyId: "none" } }];
    addTemplate(bench, { ImageId: imageId ?? "", BlockDeviceMapping: omitted });
    const made = await launch(bench, { LaunchTemplate: { LaunchTemplateId: TEMPLATE } });
    const devices = (await described(bench, String(made.instanceId)))
      .blockDeviceMapping as readonly JsonObject[];
    expect(devices.map(({ deviceName }) => deviceName)).toEqual(["/dev/xvda"]);
  });

  it("can be described as a template that launches a similar one", async () => {
    const bench = createBench();
    const id = await runningInstance(bench, [{ DeviceName: "/dev/sdb", Ebs: { VolumeSize: "4" } }]);
    const { launchTemplateData } = await bench.call(SRC, IRELAND, "GetLaunchTemplateData", {
      InstanceId: id,
    });
    expect(launchTemplateData).toMatchObject({
      imageId: linux(IRELAND),
      blockDeviceMappingSet: [
        { deviceName: "/dev/xvda" },
        { deviceName: "/dev/sdb", ebs: { volumeSize: 4 } },
      ],
      networkInterfaceSet: [{ deviceIndex: 0, groupSet: { groupId: ["sg-1"] } }],
    });
    expect(await bench.refusal(DST, IRELAND, "GetLaunchTemplateData", { InstanceId: id })).toMatch(
      /^InvalidInstanceID.NotFound/,
    );
  });
});

describe("sharing in Packer's form", () => {
  const users = { UserId: [DST] };
  it.each<[string, JsonObject]>([
    ["both forms without an operation", { ...users, LaunchPermission: { Add: [{ UserId: DST }] } }],
    ["both forms with one", { ...users, OperationType: "add", LaunchPermission: { Add: [{ UserId: DST }] } }],
  ])("an image is shared by %s", async (_what, change) => {
    const bench = createBench();
    const ImageId = await availableImage(bench);
    await bench.call(SRC, IRELAND, "ModifyImageAttribute", { ImageId, ...change });
    expect(bench.state.images[ImageId]?.launchPermissions).toEqual([DST]);
  });

  it("so is a snapshot; a list without a structure or an OperationType is refused", async () => {
    const bench = createBench();
    const [SnapshotId = ""] = snapshotsOf(bench, await availableImage(bench));
    const modify = (change: JsonObject) =>
      bench.refusal(SRC, IRELAND, "ModifySnapshotAttribute", { SnapshotId, ...users, ...change });
    expect(await modify({})).toMatch(/^InvalidParameterValue/);
    expect(await modify({ CreateVolumePermission: { Add: [{ UserId: DST }] } })).toBe("none");
    expect(bench.state.snapshots[SnapshotId]?.createVolumePermissions).toEqual([DST]);
  });
});

describe("an image that was deregistered", () => {
  it("is not an error for its owner for a while, and later does not exist", async () => {
    const bench = createBench();
    const ImageId = await availableImage(bench);
    await bench.call(SRC, IRELAND, "DeregisterImage", { ImageId });
    expect(await bench.call(SRC, IRELAND, "DescribeImages", { ImageId: [ImageId] })).toEqual({
      imagesSet: [],
    });
    const ask = (account: string) =>
      bench.refusal(account, IRELAND, "DescribeImages", { ImageId: [ImageId] });
    expect(await ask(DST)).toMatch(/^InvalidAMIID.NotFound/);
    expect(await bench.refusal(SRC, IRELAND, "RunInstances", { ...ONE, ImageId })).toMatch(
      /^InvalidAMIID.NotFound/,
    );
    await bench.clock.advance(2 * 3600);
    expect(await ask(SRC)).toMatch(/^InvalidAMIID.NotFound/);
  });

  it("is remembered as long as an instance refers to it", async () => {
    const bench = createBench();
    const ImageId = await availableImage(bench);
    const { instanceId } = await launch(bench, { ImageId });
    await bench.call(SRC, IRELAND, "DeregisterImage", { ImageId });
    await bench.clock.advance(24 * 3600);
    const ask = () => bench.refusal(SRC, IRELAND, "DescribeImages", { ImageId: [ImageId] });
    expect(await ask()).toBe("none");
    await bench.call(SRC, IRELAND, "TerminateInstances", { InstanceId: [String(instanceId)] });
    await bench.clock.advance(4 * 3600);
    expect(await ask()).toMatch(/^InvalidAMIID.NotFound/);
  });
});

describe("fields that AWS leaves out", () => {
  it("are the tags where there are none", async () => {
    const bench = createBench();
    const ImageId = await availableImage(bench);
    const image = async () => {
      const { imagesSet } = await bench.call(SRC, IRELAND, "DescribeImages", { ImageId: [ImageId] });
      return (imagesSet as readonly JsonObject[])[0] ?? {};
    };
    expect((await image()).tagSet).toBeUndefined();
    await bench.call(SRC, IRELAND, "CreateTags", { ResourceId: [ImageId], Tag: [{ Key: "a", Value: "" }] });
    expect((await image()).tagSet).toEqual([{ key: "a", value: "" }]);
  });

  it("are whether an image is allowed, unless Allowed AMIs are on", async () => {
    const bench = createBench();
    const allowed = async () => {
      const { imagesSet } = await bench.call(SRC, IRELAND, "DescribeImages", { ImageId: [linux(IRELAND)] });
      return (imagesSet as readonly JsonObject[])[0]?.imageAllowed;
    };
    expect(await allowed()).toBeUndefined();
    await bench.call(SRC, IRELAND, "EnableAllowedImagesSettings", {
      AllowedImagesSettingsState: "audit-mode",
    });
    expect(await allowed()).toBe(false);
  });

  it("are Regions that the account has not enabled, unless they are requested", async () => {
    const bench = createBench();
    const names = async (input: JsonObject) => {
      const { regionInfo } = await bench.call(SRC, IRELAND, "DescribeRegions", input);
      return (regionInfo as readonly JsonObject[]).map(({ regionName }) => regionName);
    };
    expect(await names({})).toEqual(expect.arrayContaining(["eu-west-1", "us-east-1"]));
    expect(await names({})).not.toContain("eu-south-1");
    expect(await names({ AllRegions: "true" })).toContain("eu-south-1");
    expect(await names({ RegionName: ["eu-south-1"] })).toEqual(["eu-south-1"]);
    expect(await bench.refusal(SRC, IRELAND, "DescribeRegions", { RegionName: ["eu-west-9"] })).toMatch(
      /^InvalidParameterValue/,
    );
  });
});

it("a network interface that is kept when its instance ends is refused", async () => {
  const launching = (DeleteOnTermination: string) =>
    createBench().refusal(SRC, IRELAND, "RunInstances", {
      ...ONE,
      ImageId: linux(IRELAND),
      NetworkInterface: [{ DeviceIndex: "0", DeleteOnTermination }],
    });
  expect(await launching("true")).toBe("none");
  expect(await launching("false")).toMatch(/^UnsupportedOperation: .*DeleteOnTermination=false/);
});

describe("CreateSnapshots", () => {
  it("creates one of every volume except excluded ones, with the volumes' tags where these are copied", async () => {
    const bench = createBench();
    const InstanceId = await runningInstance(bench, [
      { DeviceName: "/dev/sdb", Ebs: { VolumeSize: "4" } },
      { DeviceName: "/dev/sdc", Ebs: { VolumeSize: "5" } },
    ]);
    const volume = (size: number) =>
      Object.values(bench.state.volumes).find((one) => one.size === size)?.volumeId ?? "";
    await bench.call(SRC, IRELAND, "CreateTags", {
      ResourceId: [volume(5)],
      Tag: [{ Key: "disk", Value: "data" }],
    });
    const { snapshotSet } = await bench.call(SRC, IRELAND, "CreateSnapshots", {
      InstanceSpecification: { InstanceId, ExcludeBootVolume: "true", ExcludeDataVolumeId: [volume(4)] },
      CopyTagsFromSource: "volume",
    });
    expect(snapshotSet).toEqual([
      expect.objectContaining({
        volumeId: volume(5),
        state: "pending",
        tagSet: [{ key: "disk", value: "data" }],
      }),
    ]);
  });

  it("requires the permission on each volume", async () => {
    const bench = createBench();
    const InstanceId = await runningInstance(bench);
    bench.denied.push("ec2:CreateSnapshots on arn:aws:ec2:eu-west-1:111111111111:volume/");
    const call = { InstanceSpecification: { InstanceId } };
    expect(await bench.refusal(SRC, IRELAND, "CreateSnapshots", call)).toMatch(/^Denied/);
    expect(Object.keys(bench.state.snapshots)).toEqual([]);
  });
});

test("AWS's public parameters name images that can be launched, and others name none", async () => {
  const name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64";
  const bench = createBench();
  const made = await launch(bench, { ImageId: `resolve:ssm:${name}` });
  expect(made.imageId).toBe(publicImageParameter(name, IRELAND));
  expect(publicImageParameter("/aws/service/ami-windows-latest/none", IRELAND)).toBeUndefined();
  expect(publicImageParameter(name, "eu-central-1")).not.toBe(made.imageId);
});
