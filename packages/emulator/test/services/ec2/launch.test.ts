import type { JsonObject } from "../../../contract";
import {
  addTemplate,
  availableImage,
  createBench,
  DST,
  IRELAND,
  linux,
  runningInstance,
  share,
  SRC,
  type Bench,
  TEMPLATE,
} from "./lib/bench";

const run = async (
  bench: Bench,
  account: string,
  imageId: string,
  more: JsonObject = {},
): Promise<string> => {
  const answer = await bench.call(account, IRELAND, "RunInstances", {
    ImageId: imageId,
    MinCount: "1",
    MaxCount: "1",
    ...more,
  });
  return String((answer.instancesSet as readonly JsonObject[])[0]?.instanceId);
};

const volumesOf = (bench: Bench, instanceId: string) =>
  Object.values(bench.state.volumes).filter((volume) => volume.attachment?.instanceId === instanceId);

describe("RunInstances", () => {
  it("goes from pending to running, with the image's volume attached", async () => {
    const bench = createBench();
    const id = await run(bench, SRC, linux(IRELAND));
    expect(bench.state.instances[id]?.state).toBe("pending");
    await bench.clock.advance(60);
    expect(bench.state.instances[id]).toMatchObject({
      state: "running",
      subnetId: "subnet-a",
      availabilityZone: "eu-west-1a",
    });
    expect(volumesOf(bench, id)).toMatchObject([{ size: 8, state: "in-use" }]);
    expect(volumesOf(bench, id)[0]?.keyArn).toBeUndefined();
  });

  it("gives each volume the requested key", async () => {
    const bench = createBench();
    const key = bench.addKey(SRC, IRELAND, "mine");
    const id = await runningInstance(bench, [
      { DeviceName: "/dev/xvda", Ebs: { Encrypted: "true" } },
      { DeviceName: "/dev/sdb", Ebs: { VolumeSize: "4", Encrypted: "true", KmsKeyId: key } },
      { DeviceName: "/dev/sdc", Ebs: { VolumeSize: "2" } },
    ]);
    const keys = Object.fromEntries(volumesOf(bench, id).map((v) => [v.attachment?.deviceName, v.keyArn]));
    expect(keys).toEqual({
      "/dev/xvda": `arn:aws:kms:${IRELAND}:${SRC}:key/aws/ebs`,
      "/dev/sdb": key,
      "/dev/sdc": undefined,
    });
  });

  it("encrypts with the account's default key where it encrypts by default", async () => {
    const bench = createBench();
    const key = bench.addKey(SRC, IRELAND, "default");
    await bench.call(SRC, IRELAND, "EnableEbsEncryptionByDefault");
    await bench.call(SRC, IRELAND, "ModifyEbsDefaultKmsKeyId", { KmsKeyId: key });
    expect(volumesOf(bench, await runningInstance(bench))[0]?.keyArn).toBe(key);
  });

  it("is terminated later when the launcher may not use a key, and leaves no volume", async () => {
    const bench = createBench();
    const key = bench.addKey(SRC, IRELAND, "closed");
    bench.keys[key]!.allowed[SRC] = ["DescribeKey"];
    const device = { DeviceName: "/dev/sdb", Ebs: { VolumeSize: "4", Encrypted: "true", KmsKeyId: key } };
    const id = await run(bench, SRC, linux(IRELAND), { BlockDeviceMapping: [device] });
    expect(bench.state.instances[id]?.state).toBe("pending");
    await bench.clock.advance(60);
    expect(bench.state.instances[id]).toMatchObject({
      state: "terminated",
      stateReason: { code: "Client.InternalError", message: "Client.InternalError: Client error on launch" },
    });
    expect(volumesOf(bench, id)).toEqual([]);
  });

  it("reports the key's state when the key is disabled", async () => {
    const bench = createBench();
    const key = bench.addKey(SRC, IRELAND, "off");
    bench.keys[key]!.view = { ...bench.keys[key]!.view, state: "Disabled" };
    const device = { DeviceName: "/dev/sdb", Ebs: { VolumeSize: "4", Encrypted: "true", KmsKeyId: key } };
    const id = await run(bench, SRC, linux(IRELAND), { BlockDeviceMapping: [device] });
    await bench.clock.advance(60);
    expect(bench.state.instances[id]?.stateReason?.code).toBe("Client.InvalidKMSKey.InvalidState");
  });

  it("needs the shared image's key, and uses the launcher's own default key", async () => {
    const bench = createBench();
    const key = bench.addKey(SRC, IRELAND, "shared");
    const image = await availableImage(bench, key);
    await share(bench, image);
    const refused = await run(bench, DST, image);
    await bench.clock.advance(60);
    expect(bench.state.instances[refused]?.state).toBe("terminated");
    bench.keys[key]!.allowed[DST] = ["*"];
    const allowed = await run(bench, DST, image);
    await bench.clock.advance(60);
    expect(bench.state.instances[allowed]?.state).toBe("running");
    expect(volumesOf(bench, allowed)[0]?.keyArn).toBe(`arn:aws:kms:${IRELAND}:${DST}:key/aws/ebs`);
  });

  it("re-encrypts only the data key for an own image under the same key", async () => {
    const bench = createBench();
    const key = bench.addKey(SRC, IRELAND, "own");
    const image = await availableImage(bench, key);
    bench.keys[key]!.allowed[SRC] = ["CreateGrant", "ReEncryptFrom", "ReEncryptTo"];
    const allowed = await run(bench, SRC, image);
    await bench.clock.advance(60);
    bench.keys[key]!.allowed[SRC] = ["CreateGrant", "ReEncryptFrom"];
    const refused = await run(bench, SRC, image);
    await bench.clock.advance(60);
    expect(bench.state.instances[allowed]?.state).toBe("running");
    expect(bench.state.instances[refused]?.state).toBe("terminated");
  });

  it.each([
    ["an image that does not exist", { ImageId: "ami-00000000000000000" }, /^InvalidAMIID.NotFound/],
    ["a malformed image id", { ImageId: "image" }, /^InvalidAMIID.Malformed/],
    ["no count", { MinCount: undefined }, /^MissingParameter/],
    [
      "less than the size of the snapshot",
      { BlockDeviceMapping: [{ DeviceName: "/dev/xvda", Ebs: { VolumeSize: "1" } }] },
      /^InvalidBlockDeviceMapping/,
    ],
    [
      "a blank volume without a size",
      { BlockDeviceMapping: [{ DeviceName: "/dev/sdz", Ebs: {} }] },
      /^MissingParameter/,
    ],
    [
      "a key without Encrypted",
      { BlockDeviceMapping: [{ DeviceName: "/dev/xvda", Ebs: { KmsKeyId: "x" } }] },
      /^InvalidParameterDependency/,
    ],
    ["hibernation", { HibernationOptions: { Configured: "true" } }, /^UnsupportedOperation/],
    ["an enclave", { EnclaveOptions: { Enabled: "true" } }, /^UnsupportedOperation/],
    ["IPv6 addresses", { Ipv6AddressCount: "1" }, /^UnsupportedOperation/],
    ["an elastic inference accelerator", { ElasticInferenceAccelerator: [{}] }, /^UnsupportedOperation/],
    ["a security group that does not exist", { SecurityGroup: ["nobody"] }, /^InvalidGroup.NotFound/],
  ])("refuses %s immediately", async (_what, change, expected) => {
    const input = { ImageId: linux(IRELAND), MinCount: "1", MaxCount: "1", ...change };
    expect(await createBench().refusal(SRC, IRELAND, "RunInstances", input)).toMatch(expected);
  });

  it("launches once for one client token", async () => {
    const bench = createBench();
    const first = await run(bench, SRC, linux(IRELAND), { ClientToken: "t" });
    expect(await run(bench, SRC, linux(IRELAND), { ClientToken: "t" })).toBe(first);
    expect(Object.keys(bench.state.instances)).toHaveLength(1);
  });

  it("reads a launch template and the parameter that it refers to", async () => {
    const bench = createBench();
    bench.parameters["/images/web"] = linux(IRELAND);
    addTemplate(bench, {
      ImageId: "resolve:ssm:/images/web",
      InstanceType: "t3.small",
      BlockDeviceMapping: [{ DeviceName: "/dev/xvda", Ebs: { VolumeSize: "20", Encrypted: "true" } }],
    });
    const input = { MinCount: "1", MaxCount: "1", LaunchTemplate: { LaunchTemplateId: TEMPLATE } };
    const answer = await bench.call(SRC, IRELAND, "RunInstances", input);
    const [instance] = answer.instancesSet as readonly JsonObject[];
    expect(instance).toMatchObject({ imageId: linux(IRELAND), instanceType: "t3.small" });
    expect(volumesOf(bench, String(instance?.instanceId))).toMatchObject([{ size: 20 }]);
    const actions = (await bench.checks(SRC, IRELAND, "RunInstances", input)).map(
      (c) => `${c.action} ${c.resource}`,
    );
    expect(actions).toContain(`ssm:GetParameters arn:aws:ssm:${IRELAND}:${SRC}:parameter/images/web`);
    expect(actions).toContain(`ec2:RunInstances arn:aws:ec2:${IRELAND}:${SRC}:launch-template/${TEMPLATE}`);
  });
});

describe("the lifecycle of an instance", () => {
  it("stops, starts and terminates on the clock, and keeps what should remain", async () => {
    const bench = createBench();
    const id = await runningInstance(bench, [
      { DeviceName: "/dev/sdb", Ebs: { VolumeSize: "1", DeleteOnTermination: "false" } },
    ]);
    const states: unknown[] = [];
    for (const operation of ["StopInstances", "StartInstances", "TerminateInstances"]) {
      await bench.call(SRC, IRELAND, operation, { InstanceId: [id] });
      states.push(bench.state.instances[id]?.state);
      await bench.clock.advance(30);
      states.push(bench.state.instances[id]?.state);
    }
    expect(states).toEqual(["stopping", "stopped", "pending", "running", "shutting-down", "terminated"]);
    expect(Object.values(bench.state.volumes)).toMatchObject([{ size: 1, state: "available" }]);
    await bench.clock.advance(3600);
    expect(bench.state.instances[id]).toBeUndefined();
  });

  it("does not start under a key that has been disabled", async () => {
    const bench = createBench();
    const key = bench.addKey(SRC, IRELAND, "k");
    const id = await runningInstance(bench, [
      { DeviceName: "/dev/xvda", Ebs: { Encrypted: "true", KmsKeyId: key } },
    ]);
    await bench.call(SRC, IRELAND, "StopInstances", { InstanceId: [id] });
    await bench.clock.advance(30);
    bench.keys[key]!.view = { ...bench.keys[key]!.view, state: "Disabled" };
    await bench.call(SRC, IRELAND, "StartInstances", { InstanceId: [id] });
    await bench.clock.advance(30);
    expect(bench.state.instances[id]).toMatchObject({
      state: "stopped",
      stateReason: { code: "Client.InvalidKMSKey.InvalidState" },
    });
  });

  it("cannot be terminated while it is protected, nor by another account", async () => {
    const bench = createBench();
    const id = await run(bench, SRC, linux(IRELAND), { DisableApiTermination: "true" });
    expect(await bench.refusal(SRC, IRELAND, "TerminateInstances", { InstanceId: [id] })).toMatch(
      /^OperationNotPermitted/,
    );
    expect(await bench.refusal(DST, IRELAND, "TerminateInstances", { InstanceId: [id] })).toMatch(
      /^InvalidInstanceID.NotFound/,
    );
  });
});
