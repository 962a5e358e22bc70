import type { JsonObject } from "../../../contract";
import { imageDirectory } from "../../../services/ec2";
import {
  availableImage,
  createBench,
  DEFAULT_KEY,
  DST,
  FRANKFURT,
  IRELAND,
  linux,
  runningInstance,
  share,
  snapshotsOf,
  SRC,
  type Bench,
} from "./lib/bench";

const imageIds = async (
  bench: Bench,
  account: string,
  input: JsonObject,
  region = IRELAND,
): Promise<unknown[]> => {
  const { imagesSet } = await bench.call(account, region, "DescribeImages", input);
  return (imagesSet as readonly JsonObject[]).map((image) => image.imageId);
};

describe("CreateImage", () => {
  it("creates one snapshot for each volume, under its volume's key", async () => {
    const bench = createBench();
    const key = bench.addKey(SRC, IRELAND, "data");
    const instance = await runningInstance(bench, [
      { DeviceName: "/dev/xvda", Ebs: { Encrypted: "true" } },
      { DeviceName: "/dev/sdb", Ebs: { VolumeSize: "4", Encrypted: "true", KmsKeyId: key } },
      { DeviceName: "/dev/sdc", Ebs: { VolumeSize: "2" } },
    ]);
    const { imageId } = await bench.call(SRC, IRELAND, "CreateImage", {
      InstanceId: instance,
      Name: "three",
    });
    expect(bench.state.images[String(imageId)]?.state).toBe("pending");
    await bench.clock.advance(600);
    expect(bench.state.images[String(imageId)]).toMatchObject({
      state: "available",
      sourceInstanceId: instance,
      devices: [
        { deviceName: "/dev/xvda", ebs: { encrypted: true, volumeSize: 8 } },
        { deviceName: "/dev/sdb", ebs: { encrypted: true, volumeSize: 4 } },
        { deviceName: "/dev/sdc", ebs: { encrypted: false, volumeSize: 2 } },
      ],
    });
    const keys = snapshotsOf(bench, String(imageId)).map((id) => bench.state.snapshots[id]?.keyArn);
    expect(keys).toEqual([`arn:aws:kms:${IRELAND}:${SRC}:key/aws/ebs`, key, undefined]);
  });

  it("refuses a name in use, and an instance that is still pending", async () => {
    const bench = createBench();
    const image = await availableImage(bench);
    const instance = await runningInstance(bench);
    expect(await bench.refusal(SRC, IRELAND, "CreateImage", { InstanceId: instance, Name: "web" })).toBe(
      `InvalidAMIName.Duplicate: AMI name web is already in use by AMI ${image}`,
    );
    const run = { ImageId: linux(IRELAND), MinCount: "1", MaxCount: "1" };
    const answer = await bench.call(SRC, IRELAND, "RunInstances", run);
    const pending = String((answer.instancesSet as readonly JsonObject[])[0]?.instanceId);
    expect(await bench.refusal(SRC, IRELAND, "CreateImage", { InstanceId: pending, Name: "early" })).toMatch(
      /^InvalidParameterValue: .*not in state 'running' or 'stopped'/,
    );
  });
});

describe("sharing", () => {
  it("makes image and snapshots visible to the other account, and removes them again", async () => {
    const bench = createBench();
    const image = await availableImage(bench, bench.addKey(SRC, IRELAND, "k"));
    const [snapshot] = snapshotsOf(bench, image);
    expect(await imageIds(bench, DST, { ExecutableBy: ["self"] })).toEqual([]);
    await share(bench, image);
    expect(await imageIds(bench, DST, { ExecutableBy: ["self"] })).toEqual([image]);
    expect(await bench.refusal(DST, IRELAND, "DescribeSnapshots", { SnapshotId: [snapshot!] })).toBe("none");
    const gone = { Remove: [{ UserId: DST }] };
    await bench.call(SRC, IRELAND, "ModifyImageAttribute", { ImageId: image, LaunchPermission: gone });
    await bench.call(SRC, IRELAND, "ModifySnapshotAttribute", {
      SnapshotId: snapshot,
      CreateVolumePermission: gone,
    });
    expect(await imageIds(bench, DST, { ExecutableBy: ["self"] })).toEqual([]);
    expect(await bench.refusal(DST, IRELAND, "DescribeSnapshots", { SnapshotId: [snapshot!] })).toBe(
      `InvalidSnapshot.NotFound: The snapshot '${snapshot}' does not exist.`,
    );
  });

  it("is refused under the EBS default key, for image and snapshot", async () => {
    const bench = createBench();
    const image = await availableImage(bench, DEFAULT_KEY);
    const [snapshot] = snapshotsOf(bench, image);
    const add = { Add: [{ UserId: DST }] };
    expect(
      await bench.refusal(SRC, IRELAND, "ModifyImageAttribute", { ImageId: image, LaunchPermission: add }),
    ).toBe(
      "InvalidParameter: Snapshots encrypted with the AWS Managed CMK can't be shared. Specify another snapshot.",
    );
    expect(
      await bench.refusal(SRC, IRELAND, "ModifySnapshotAttribute", {
        SnapshotId: snapshot,
        CreateVolumePermission: add,
      }),
    ).toBe("OperationNotPermitted: Encrypted snapshots with EBS default key cannot be shared");
  });

  it("accepts only accounts, one direction per call for snapshots, and at most 500", async () => {
    const bench = createBench();
    const image = await availableImage(bench);
    const [snapshot] = snapshotsOf(bench, image);
    const onImage = (permission: JsonObject) =>
      bench.refusal(SRC, IRELAND, "ModifyImageAttribute", { ImageId: image, LaunchPermission: permission });
    const onSnapshot = (permission: JsonObject) =>
      bench.refusal(SRC, IRELAND, "ModifySnapshotAttribute", {
        SnapshotId: snapshot,
        CreateVolumePermission: permission,
      });
    const users = (count: number) =>
      Array.from({ length: count }, (_n, i) => ({ UserId: String(100000000000 + i) }));
    expect(await onImage({ Add: [{ Group: "some" }] })).toMatch(/^InvalidAMIAttributeItemValue/);
    expect(await onImage({ Add: [{ UserId: "12345" }] })).toMatch(/^InvalidAMIAttributeItemValue/);
    expect(await onSnapshot({ Add: users(1), Remove: users(1) })).toMatch(/^InvalidParameterCombination/);
    expect(await onSnapshot({ Add: users(501) })).toMatch(/^InvalidParameterValue/);
    expect(await onSnapshot({ Add: users(500) })).toBe("none");
    expect(await onImage({ Add: users(2), Remove: [{ UserId: DST }] })).toBe("none");
  });

  it("is possible only for the owner, including reading the permissions", async () => {
    const bench = createBench();
    const image = await availableImage(bench);
    await share(bench, image);
    const [snapshot] = snapshotsOf(bench, image);
    const add = { Add: [{ UserId: "333333333333" }] };
    const attempts: readonly (readonly [string, JsonObject])[] = [
      ["ModifyImageAttribute", { ImageId: image, LaunchPermission: add }],
      ["DescribeImageAttribute", { ImageId: image, Attribute: "launchPermission" }],
      ["ModifySnapshotAttribute", { SnapshotId: snapshot, CreateVolumePermission: add }],
      ["DeregisterImage", { ImageId: image }],
    ];
    for (const [operation, input] of attempts) {
      expect(await bench.refusal(DST, IRELAND, operation, input)).toMatch(/^AuthFailure/);
      expect(await bench.refusal(SRC, IRELAND, operation, input)).toBe("none");
    }
  });
});

describe("DescribeImages", () => {
  it("finds public Linux images of both architectures in every Region", async () => {
    const bench = createBench();
    const input = { Owner: ["amazon"], Filter: [{ Name: "name", Value: ["al2023-ami-*"] }] };
    expect(await imageIds(bench, SRC, input, IRELAND)).toHaveLength(2);
    expect(await imageIds(bench, SRC, input, FRANKFURT)).toHaveLength(2);
    expect(await imageIds(bench, SRC, { ...input, Owner: ["self"] })).toEqual([]);
  });

  it.each([
    ["name", "we?", true],
    ["name", "w*", true],
    ["name", "w", false],
    ["state", "available", true],
    ["state", "pending", false],
    ["tag:keyferry:job", "a", true],
    ["tag:keyferry:job", "b", false],
    ["tag-key", "keyferry:*", true],
    ["block-device-mapping.encrypted", "false", true],
  ])("filters by %s = %s", async (name, value, found) => {
    const bench = createBench();
    const image = await availableImage(bench);
    await bench.call(SRC, IRELAND, "CreateTags", {
      ResourceId: [image],
      Tag: [{ Key: "keyferry:job", Value: "a" }],
    });
    const input = { Owner: ["self"], Filter: [{ Name: name, Value: [value] }] };
    expect(await imageIds(bench, SRC, input)).toEqual(found ? [image] : []);
  });

  it("refuses filters that do not exist, and ids that it cannot see", async () => {
    const bench = createBench();
    expect(
      await bench.refusal(SRC, IRELAND, "DescribeImages", { Filter: [{ Name: "colour", Value: ["red"] }] }),
    ).toBe("InvalidParameterValue: The filter 'colour' is invalid");
    const image = await availableImage(bench);
    expect(await bench.refusal(DST, IRELAND, "DescribeImages", { ImageId: [image] })).toMatch(
      /^InvalidAMIID.NotFound/,
    );
    expect(await bench.refusal(SRC, FRANKFURT, "DescribeImages", { ImageId: [image] })).toMatch(
      /^InvalidAMIID.NotFound/,
    );
  });

  it("returns pages", async () => {
    const bench = createBench();
    for (const name of ["one", "two", "three"]) await availableImage(bench, undefined, name);
    const first = await bench.call(SRC, IRELAND, "DescribeImages", { Owner: ["self"], MaxResults: "2" });
    expect(first.imagesSet).toHaveLength(2);
    const rest = { Owner: ["self"], MaxResults: "2", NextToken: first.nextToken };
    const second = await bench.call(SRC, IRELAND, "DescribeImages", rest);
    expect(second.imagesSet).toHaveLength(1);
    expect(second.nextToken).toBeUndefined();
  });
});

describe("snapshots and images in use", () => {
  it("a snapshot can be deleted only after its image", async () => {
    const bench = createBench();
    const image = await availableImage(bench);
    const [snapshot] = snapshotsOf(bench, image);
    expect(await bench.refusal(SRC, IRELAND, "DeleteSnapshot", { SnapshotId: snapshot })).toBe(
      `InvalidSnapshot.InUse: The snapshot ${snapshot} is currently in use by ${image}`,
    );
    await bench.call(SRC, IRELAND, "DeregisterImage", { ImageId: image });
    expect(await bench.refusal(SRC, IRELAND, "DeleteSnapshot", { SnapshotId: snapshot })).toBe("none");
    expect(bench.state.snapshots[snapshot!]).toBeUndefined();
  });

  it("an image that Parameter Store may name is available and visible", async () => {
    const bench = createBench();
    const image = await availableImage(bench);
    const directory = imageDirectory(bench.state);
    expect(directory.visible(image, SRC, IRELAND)).toBe(true);
    expect(directory.visible(image, DST, IRELAND)).toBe(false);
    expect(directory.visible(image, SRC, FRANKFURT)).toBe(false);
  });
});

describe("tags", () => {
  it("belong to the account that set them", async () => {
    const bench = createBench();
    const image = await availableImage(bench);
    await share(bench, image);
    const set = (account: string, value: string) =>
      bench.call(account, IRELAND, "CreateTags", {
        ResourceId: [image],
        Tag: [{ Key: "who", Value: value }],
      });
    await set(SRC, "owner");
    await set(DST, "guest");
    const seen = async (account: string) => {
      const { imagesSet } = await bench.call(account, IRELAND, "DescribeImages", { ImageId: [image] });
      return (imagesSet as readonly JsonObject[])[0]?.tagSet;
    };
    expect(await seen(SRC)).toEqual([{ key: "who", value: "owner" }]);
    expect(await seen(DST)).toEqual([{ key: "who", value: "guest" }]);
  });

  it("of a mixed call are set here and in moto, and a missing resource tags nothing", async () => {
    const bench = createBench();
    const image = await availableImage(bench);
    const tag = [{ Key: "a", Value: "b" }];
    await bench.call(SRC, IRELAND, "CreateTags", { ResourceId: [image, "vpc-1"], Tag: tag });
    expect(bench.state.tags[`${SRC}/${image}`]).toEqual({ a: "b" });
    expect(bench.asked).toContainEqual({
      operation: "CreateTags",
      input: { "ResourceId.1": "vpc-1", "Tag.1.Key": "a", "Tag.1.Value": "b" },
    });
    const missing = { ResourceId: ["ami-00000000000000000", image], Tag: [{ Key: "c", Value: "d" }] };
    expect(await bench.refusal(SRC, IRELAND, "CreateTags", missing)).toMatch(/^InvalidAMIID.NotFound/);
    expect(bench.state.tags[`${SRC}/${image}`]).toEqual({ a: "b" });
  });

  it("are deleted by key, or by key and value", async () => {
    const bench = createBench();
    const image = await availableImage(bench);
    const tags = ["a", "b", "c"].map((key) => ({ Key: key, Value: "1" }));
    await bench.call(SRC, IRELAND, "CreateTags", { ResourceId: [image], Tag: tags });
    const gone = [{ Key: "a" }, { Key: "b", Value: "1" }, { Key: "c", Value: "other" }];
    await bench.call(SRC, IRELAND, "DeleteTags", { ResourceId: [image], Tag: gone });
    expect(bench.state.tags[`${SRC}/${image}`]).toEqual({ c: "1" });
  });

  it("may not start with aws:", async () => {
    const bench = createBench();
    const image = await availableImage(bench);
    const tag = [{ Key: "aws:x", Value: "1" }];
    expect(await bench.refusal(SRC, IRELAND, "CreateTags", { ResourceId: [image], Tag: tag })).toMatch(
      /^InvalidParameterValue/,
    );
  });
});
