import type { JsonObject } from "../../../contract";
import {
  availableImage,
  createBench,
  DEFAULT_KEY,
  DST,
  FRANKFURT,
  IRELAND,
  linux,
  share,
  snapshotsOf,
  SRC,
  type Bench,
} from "./lib/bench";

/** Long enough for every task of a small image. */
const DONE_SECONDS = 3600;

let bench: Bench;
let key: string;
let image: string;
beforeEach(async () => {
  bench = createBench();
  bench.objects.buckets.images = IRELAND;
  bench.objects.buckets.target = FRANKFURT;
  key = bench.addKey(SRC, IRELAND, "source");
  image = await availableImage(bench, key);
});

const store = (more: JsonObject = {}, account = SRC) =>
  bench.refusal(account, IRELAND, "CreateStoreImageTask", { ImageId: image, Bucket: "images", ...more });
const tasks = async (input: JsonObject = {}, account = SRC): Promise<readonly JsonObject[]> =>
  (await bench.call(account, IRELAND, "DescribeStoreImageTasks", input))
    .storeImageTaskResultSet as readonly JsonObject[];
const stored = async (): Promise<JsonObject | undefined> => {
  expect(await store()).toBe("none");
  await bench.clock.advance(DONE_SECONDS);
  return (await tasks())[0];
};
/** Stores the image, and copies the object to the other account's bucket. */
const carried = async (): Promise<void> => {
  expect(await stored()).toMatchObject({ storeTaskState: "Completed" });
  const object = bench.objects.contents[`images/${image}.bin`];
  if (object !== undefined) bench.objects.contents[`target/${image}.bin`] = object;
};
const restore = (more: JsonObject = {}) => ({ Bucket: "target", ObjectKey: `${image}.bin`, ...more });
const restored = async (more: JsonObject = {}): Promise<string> => {
  const { imageId } = await bench.call(DST, FRANKFURT, "CreateRestoreImageTask", restore(more));
  await bench.clock.advance(DONE_SECONDS);
  return String(imageId);
};

describe("storing an image", () => {
  test("creates an object named by its id with AWS's metadata, once the data is read", async () => {
    const answer = await bench.call(SRC, IRELAND, "CreateStoreImageTask", {
      ImageId: image,
      Bucket: "images",
      S3ObjectTag: [{ Key: "team", Value: "web" }],
    });
    expect(answer).toEqual({ objectKey: `${image}.bin` });
    expect((await tasks())[0]).toMatchObject({
      amiId: image,
      bucket: "images",
      s3objectKey: `${image}.bin`,
      storeTaskState: "InProgress",
      progressPercentage: 0,
    });
    expect(bench.objects.contents).toEqual({});
    await bench.clock.advance(DONE_SECONDS);
    expect((await tasks())[0]).toMatchObject({ storeTaskState: "Completed", progressPercentage: 100 });
    expect(bench.objects.contents[`images/${image}.bin`]).toMatchObject({
      tags: { team: "web" },
      metadata: { "ami-name": "web", "ami-owner-account": SRC },
    });
  });

  test("writes it to the folder in the bucket", async () => {
    const answer = await bench.call(SRC, IRELAND, "CreateStoreImageTask", {
      ImageId: image,
      Bucket: "images/a/b",
    });
    expect(answer).toEqual({ objectKey: `a/b/${image}.bin` });
  });

  test("accepts images that are shared by name, but not images that are only public", async () => {
    expect(await store({}, DST)).toMatch(/^InvalidAMIID.NotFound/);
    await share(bench, image);
    expect(await store({}, DST)).toBe("none");
    expect(await store({ ImageId: linux(IRELAND) })).toBe(
      "InvalidRequest: You do not have permission to access the storage of this ami",
    );
  });

  test("accepts only a bucket of the same Region", async () => {
    expect(await store({ Bucket: "target" })).toMatch(
      /^InvalidParameterValue: The bucket target is in eu-central-1/,
    );
    expect(await store({ Bucket: "none" })).toMatch(/^InvalidParameterValue: .* does not exist/);
  });

  test("requires the EC2 permissions", async () => {
    bench.denied.push("ec2:CreateStoreImageTask");
    expect(await store()).toMatch(/^Denied/);
  });

  test.each(["ListBucket", "PutObject", "PutObjectTagging", "AbortMultipartUpload", "key"])(
    "fails, and reports it, when S3 denies %s",
    async (action) => {
      bench.objects.refused.push(action);
      expect(await stored()).toMatchObject({
        storeTaskState: "Failed",
        storeTaskFailureReason: `AccessDenied: not authorized to perform: s3:${action}`,
      });
    },
  );

  test.each(["ebs:ListSnapshotBlocks", "ebs:GetSnapshotBlock"])(
    "fails, and reports it, when %s is denied",
    async (action) => {
      bench.denied.push(`${action} on arn:aws:ec2:${IRELAND}::snapshot/`);
      const task = await stored();
      expect(task).toMatchObject({ storeTaskState: "Failed" });
      expect(String(task?.storeTaskFailureReason)).toContain(`not authorized to perform: ${action}`);
    },
  );

  test("needs Decrypt on the snapshots' key, and fails without it", async () => {
    const rules = bench.keys[key];
    if (rules !== undefined) rules.allowed = { [SRC]: ["DescribeKey"] };
    const task = await stored();
    expect(String(task?.storeTaskFailureReason)).toContain("not authorized to perform: kms:Decrypt");
  });

  test("also works for images that cannot be shared: snapshots under the AWS managed key", async () => {
    image = await availableImage(bench, DEFAULT_KEY, "managed");
    expect(await stored()).toMatchObject({ storeTaskState: "Completed" });
  });

  test("fails when the image is deregistered while it is stored", async () => {
    expect(await store()).toBe("none");
    await bench.call(SRC, IRELAND, "DeregisterImage", { ImageId: image });
    await bench.clock.advance(DONE_SECONDS);
    expect((await tasks())[0]).toMatchObject({ storeTaskState: "Failed" });
  });

  test("is listed by image, state and bucket, newest first, to its own account, for 31 days", async () => {
    const other = await availableImage(bench, key, "other");
    expect(await store()).toBe("none");
    await bench.clock.advance(DONE_SECONDS);
    expect(await store({ ImageId: other })).toBe("none");
    const ids = async (input: JsonObject, account = SRC) =>
      (await tasks(input, account)).map(({ amiId }) => amiId);
    expect(await ids({})).toEqual([other, image]);
    expect(await ids({ ImageId: [image] })).toEqual([image]);
    expect(await ids({ Filter: [{ Name: "task-state", Value: ["InProgress"] }] })).toEqual([other]);
    expect(await ids({}, DST)).toEqual([]);
    await bench.clock.advance(31 * 24 * 3600);
    expect(await ids({})).toEqual([]);
  });

  test("is refused while 1,200 GB are being stored", async () => {
    expect(await store()).toBe("none");
    for (const task of Object.values(bench.state.storeTasks))
      Object.assign(task, { dataBytes: 1200 * 1024 ** 3 });
    expect(await store()).toMatch(/^ResourceLimitExceeded/);
  });
});

describe("restoring an image", () => {
  beforeEach(carried);

  test("creates an image of the caller's account, with the properties of the stored one and a new id", async () => {
    const made = bench.state.images[await restored({ Name: "restored" })];
    const source = bench.state.images[image];
    expect(made).toMatchObject({
      owner: DST,
      region: FRANKFURT,
      name: "restored",
      state: "available",
      traits: JSON.parse(JSON.stringify(source?.traits)),
      sourceImageId: image,
      sourceImageRegion: IRELAND,
      launchPermissions: [],
    });
    expect(made?.imageId).not.toBe(image);
    const device = made?.devices[0]?.ebs;
    expect(device).toMatchObject({
      ...source?.devices[0]?.ebs,
      snapshotId: device?.snapshotId,
      encrypted: false,
    });
  });

  test("leaves snapshots unencrypted where the account does not encrypt by default", async () => {
    const [snapshot = ""] = snapshotsOf(bench, await restored());
    expect(bench.state.snapshots[snapshot]).toMatchObject({ state: "completed", owner: DST });
    expect(bench.state.snapshots[snapshot]?.keyArn).toBeUndefined();
  });

  test("uses the EBS default key where the account encrypts by default", async () => {
    const home = bench.addKey(DST, FRANKFURT, "home");
    await bench.call(DST, FRANKFURT, "ModifyEbsDefaultKmsKeyId", { KmsKeyId: home });
    await bench.call(DST, FRANKFURT, "EnableEbsEncryptionByDefault");
    const [snapshot = ""] = snapshotsOf(bench, await restored());
    expect(bench.state.snapshots[snapshot]).toMatchObject({ state: "completed", keyArn: home });
  });

  test("fails with the image and its snapshots when the caller may not use that key", async () => {
    const home = bench.addKey(DST, FRANKFURT, "home");
    await bench.call(DST, FRANKFURT, "ModifyEbsDefaultKmsKeyId", { KmsKeyId: home });
    await bench.call(DST, FRANKFURT, "EnableEbsEncryptionByDefault");
    const rules = bench.keys[home];
    if (rules !== undefined) rules.allowed = { [DST]: ["DescribeKey"] };
    const made = await restored();
    expect(bench.state.images[made]).toMatchObject({ state: "failed" });
    const [snapshot = ""] = snapshotsOf(bench, made);
    expect(bench.state.snapshots[snapshot]?.stateMessage).toContain(
      "not authorized to perform: kms:CreateGrant",
    );
  });

  test.each(["ebs:StartSnapshot", "ebs:PutSnapshotBlock", "ebs:CompleteSnapshot"])(
    "fails when %s is denied",
    async (action) => {
      bench.denied.push(`${action} on`);
      const made = bench.state.images[await restored()];
      expect(made?.state).toBe("failed");
      expect(made?.stateReason?.message).toContain(action);
    },
  );

  test("is refused when S3 or EC2 does not allow the caller", async () => {
    const refusal = (more: JsonObject = {}) =>
      bench.refusal(DST, FRANKFURT, "CreateRestoreImageTask", restore(more));
    expect(await refusal({ ObjectKey: "none.bin" })).toMatch(/^NoSuchKey/);
    bench.objects.refused.push("GetObject");
    expect(await refusal()).toBe("AccessDenied: not authorized to perform: s3:GetObject");
    bench.denied.push("ec2:GetEbsEncryptionByDefault");
    expect(await refusal()).toMatch(/^Denied: ec2:GetEbsEncryptionByDefault/);
  });

  test("is refused for an object that is not a stored image, in another Region, or under a name in use", async () => {
    const refusal = (region: string, more: JsonObject = {}) =>
      bench.refusal(DST, region, "CreateRestoreImageTask", restore(more));
    expect(await refusal(IRELAND)).toMatch(/^InvalidParameterValue: .* is in eu-central-1/);
    await restored();
    expect(await refusal(FRANKFURT)).toMatch(/^InvalidAMIName.Duplicate/);
    const object = bench.objects.contents[`target/${image}.bin`];
    if (object !== undefined)
      bench.objects.contents["target/other.bin"] = { ...object, body: Buffer.from("x") };
    expect(await refusal(FRANKFURT, { ObjectKey: "other.bin" })).toMatch(/^InvalidParameterValue/);
  });

  test("sets the tags of the call", async () => {
    const tags = [{ Key: "job", Value: "web" }];
    const made = await restored({ TagSpecification: [{ ResourceType: "image", Tag: tags }] });
    const { imagesSet } = await bench.call(DST, FRANKFURT, "DescribeImages", { ImageId: [made] });
    expect(imagesSet).toMatchObject([{ tagSet: [{ key: "job", value: "web" }] }]);
  });
});
