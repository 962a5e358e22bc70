import type { JsonObject } from "../../../contract";
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

const ALL = ["*"];

describe("CopyImage across accounts and Regions", () => {
  let bench: Bench;
  let sourceKey: string;
  let homeKey: string;
  let source: string;

  beforeEach(async () => {
    bench = createBench();
    sourceKey = bench.addKey(SRC, IRELAND, "source");
    homeKey = bench.addKey(DST, FRANKFURT, "home");
    source = await availableImage(bench, sourceKey);
  });

  const parameters = (more: JsonObject = {}): JsonObject => ({
    Name: "web-copy",
    SourceImageId: source,
    SourceRegion: IRELAND,
    Encrypted: "true",
    KmsKeyId: homeKey,
    ...more,
  });

  const copy = async (more: JsonObject = {}): Promise<string> =>
    String((await bench.call(DST, FRANKFURT, "CopyImage", parameters(more))).imageId);

  const refused = (more: JsonObject = {}): Promise<string> =>
    bench.refusal(DST, FRANKFURT, "CopyImage", parameters(more));

  const letIn = (): void => {
    bench.keys[sourceKey]!.allowed[DST] = ALL;
  };

  it("is encrypted with the destination's key when image, snapshots and source key are shared", async () => {
    await share(bench, source);
    letIn();
    const imageId = await copy();
    expect(bench.state.images[imageId]).toMatchObject({
      state: "pending",
      owner: DST,
      sourceImageId: source,
    });
    await bench.clock.advance(3600);
    expect(bench.state.images[imageId]?.state).toBe("available");
    const [snapshot] = snapshotsOf(bench, imageId);
    expect(bench.state.snapshots[snapshot!]).toMatchObject({
      state: "completed",
      keyArn: homeKey,
      owner: DST,
    });
  });

  it("reports progress between 0 and 100 percent before the end", async () => {
    await share(bench, source);
    letIn();
    const [snapshot] = snapshotsOf(bench, await copy());
    await bench.clock.advance(30);
    const { snapshotSet } = await bench.call(DST, FRANKFURT, "DescribeSnapshots", {
      SnapshotId: [snapshot!],
    });
    expect((snapshotSet as readonly JsonObject[])[0]).toMatchObject({ status: "pending", progress: "25%" });
  });

  it.each([
    [
      "the source key is disabled",
      () => {
        letIn();
        bench.keys[sourceKey]!.view = { ...bench.keys[sourceKey]!.view, state: "Disabled" };
      },
    ],
  ])("is accepted and fails later when %s", async (_why, prepare) => {
    await share(bench, source);
    prepare();
    const imageId = await copy();
    await bench.clock.advance(60);
    expect(bench.state.images[imageId]?.state).toBe("failed");
    expect(bench.state.images[imageId]?.stateReason?.message).toContain("Given key ID is not accessible");
    const [snapshot] = snapshotsOf(bench, imageId);
    expect(bench.state.snapshots[snapshot!]).toMatchObject({
      state: "error",
      stateMessage: "Given key ID is not accessible",
    });
  });

  it("fails when its key is disabled during the copy", async () => {
    await share(bench, source);
    letIn();
    const imageId = await copy();
    await bench.clock.advance(10);
    bench.keys[homeKey]!.view = { ...bench.keys[homeKey]!.view, state: "PendingDeletion" };
    await bench.clock.advance(3600);
    expect(bench.state.images[imageId]?.state).toBe("failed");
  });

  it("refuses an image that is not shared", async () => {
    expect(await refused()).toBe(`InvalidAMIID.NotFound: The image id '[${source}]' does not exist`);
  });

  it("refuses an image whose snapshots are not shared", async () => {
    await bench.call(SRC, IRELAND, "ModifyImageAttribute", {
      ImageId: source,
      LaunchPermission: { Add: [{ UserId: DST }] },
    });
    expect(await refused()).toBe(
      "InvalidRequest: You do not have permission to access the storage of this ami",
    );
  });

  it.each([
    [
      "a decrypted copy",
      { Encrypted: "false", KmsKeyId: undefined },
      /^InvalidRequest: Snapshot snap-\w+ is encrypted/,
    ],
    ["a key without Encrypted", { Encrypted: undefined }, /^InvalidParameterDependency/],
    ["a name of two letters", { Name: "ab" }, /^InvalidAMIName.Malformed/],
    ["a Region that does not exist", { SourceRegion: "eu-nowhere-1" }, /^InvalidParameterValue/],
    ["a parameter that has no effect here", { DestinationOutpostArn: "x" }, /^UnsupportedOperation/],
  ])("refuses %s immediately", async (_what, change, expected) => {
    await share(bench, source);
    expect(await refused(change)).toMatch(expected);
  });

  it.each([
    ["an invalid id", () => "nothing"],
    ["an invalid alias", () => "alias/nothing"],
    ["the key of another Region", () => bench.addKey(DST, IRELAND, "elsewhere")],
    [
      "an asymmetric key",
      () => {
        const key = bench.addKey(DST, FRANKFURT, "pair");
        bench.keys[key]!.view = { ...bench.keys[key]!.view, symmetric: false };
        return key;
      },
    ],
    [
      "a disabled key",
      () => {
        const key = bench.addKey(DST, FRANKFURT, "off");
        bench.keys[key]!.view = { ...bench.keys[key]!.view, state: "Disabled" };
        return key;
      },
    ],
  ])("is accepted with %s, and fails later", async (_what, key) => {
    await share(bench, source);
    letIn();
    const imageId = await copy({ KmsKeyId: key() });
    const [snapshot] = snapshotsOf(bench, imageId);
    expect(bench.state.snapshots[snapshot!]?.state).toBe("pending");
    await bench.clock.advance(60);
    expect(bench.state.images[imageId]).toMatchObject({
      state: "failed",
      stateReason: { message: expect.stringContaining("Given key ID is not accessible") },
    });
    expect(bench.state.snapshots[snapshot!]).toMatchObject({
      state: "error",
      stateMessage: "Given key ID is not accessible",
    });
  });

  it("refuses a name that a pending copy uses, and frees it when the copy has failed", async () => {
    await share(bench, source);
    await copy();
    expect(await refused()).toMatch(/^InvalidAMIName.Duplicate/);
    await bench.clock.advance(60);
    expect(await refused()).toBe("none");
  });

  it("returns the same image for a repeated token, even when that image no longer exists", async () => {
    await share(bench, source);
    const first = await copy({ ClientToken: "t" });
    await bench.call(DST, FRANKFURT, "DeregisterImage", { ImageId: first });
    expect(await copy({ ClientToken: "t" })).toBe(first);
    expect(bench.state.images[first]).toBeUndefined();
    expect(await refused({ ClientToken: "t", Description: "other" })).toMatch(/^IdempotentParameterMismatch/);
  });

  it("creates one image for two calls with one token at the same time", async () => {
    await share(bench, source);
    const ids = await Promise.all([copy({ ClientToken: "t" }), copy({ ClientToken: "t" })]);
    expect(new Set(ids).size).toBe(1);
  });

  it("can be deregistered while pending, and does not reappear", async () => {
    await share(bench, source);
    letIn();
    const imageId = await copy();
    await bench.call(DST, FRANKFURT, "DeregisterImage", {
      ImageId: imageId,
      DeleteAssociatedSnapshots: "true",
    });
    await bench.clock.advance(3600);
    expect(bench.state.images[imageId]).toBeUndefined();
    expect(Object.values(bench.state.snapshots).filter((snapshot) => snapshot.owner === DST)).toEqual([]);
  });

  it("refuses a source that is still pending", async () => {
    await share(bench, source);
    letIn();
    const pending = await copy();
    const again = { Name: "next", SourceImageId: pending, SourceRegion: FRANKFURT };
    expect(await refused(again)).toMatch(/^InvalidAMIID.Unavailable/);
    await bench.clock.advance(3600);
    expect(await refused(again)).toBe("none");
  });

  it("stops at 300 copies in progress", async () => {
    await share(bench, source);
    letIn();
    for (let n = 0; n < 300; n++) await copy({ Name: `web-${n}` });
    expect(await refused({ Name: "web-300" })).toMatch(/^ResourceLimitExceeded: Too many image copies/);
    await bench.clock.advance(3600);
    expect(await refused({ Name: "web-300" })).toBe("none");
  });

  it("tags image and snapshots in the call, and never copies the owner's tags across accounts", async () => {
    await share(bench, source);
    await bench.call(SRC, IRELAND, "CreateTags", {
      ResourceId: [source],
      Tag: [{ Key: "theirs", Value: "1" }],
    });
    await bench.call(DST, IRELAND, "CreateTags", {
      ResourceId: [source],
      Tag: [{ Key: "mine", Value: "2" }],
    });
    const imageId = await copy({
      CopyImageTags: "true",
      TagSpecification: [
        { ResourceType: "image", Tag: [{ Key: "job", Value: "a" }] },
        { ResourceType: "snapshot", Tag: [{ Key: "job", Value: "b" }] },
      ],
    });
    expect(bench.state.tags[`${DST}/${imageId}`]).toEqual({ job: "a", mine: "2" });
    expect(bench.state.tags[`${DST}/${snapshotsOf(bench, imageId)[0]}`]).toEqual({ job: "b" });
  });

  it("checks IAM permissions on the source image, the new image and its snapshots, and for the tags", async () => {
    const checks = await bench.checks(DST, FRANKFURT, "CopyImage", {
      ...parameters(),
      TagSpecification: [{ ResourceType: "image", Tag: [{ Key: "job", Value: "a" }] }],
    });
    expect(checks.map(({ action, resource }) => `${action} ${resource}`)).toEqual([
      `ec2:CopyImage arn:aws:ec2:${IRELAND}::image/${source}`,
      `ec2:CopyImage arn:aws:ec2:${FRANKFURT}::image/*`,
      `ec2:CopyImage arn:aws:ec2:${FRANKFURT}::snapshot/*`,
      `ec2:CreateTags arn:aws:ec2:${FRANKFURT}::image/*`,
    ]);
    expect(checks[3]?.context).toMatchObject({ "ec2:CreateAction": "CopyImage", "aws:RequestTag/job": "a" });
  });
});

describe("the key of a copy", () => {
  const keyOf = (bench: Bench, imageId: unknown): string | undefined =>
    bench.state.snapshots[snapshotsOf(bench, String(imageId))[0]!]?.keyArn;

  const own = (bench: Bench, source: string, more: JsonObject = {}): Promise<JsonObject> =>
    bench.call(SRC, IRELAND, "CopyImage", {
      Name: "again",
      SourceImageId: source,
      SourceRegion: IRELAND,
      ...more,
    });

  it("is none for an unencrypted source", async () => {
    const bench = createBench();
    const { imageId } = await own(bench, await availableImage(bench));
    expect(keyOf(bench, imageId)).toBeUndefined();
  });

  it("is the EBS default key for an encrypted source without a key, never the source's own", async () => {
    const bench = createBench();
    const source = await availableImage(bench, bench.addKey(SRC, IRELAND, "one"));
    const { imageId } = await own(bench, source);
    expect(keyOf(bench, imageId)).toBe(`arn:aws:kms:${IRELAND}:${SRC}:key/aws/ebs`);
  });

  it("is the account's chosen default key where it encrypts by default", async () => {
    const bench = createBench();
    const source = await availableImage(bench);
    const chosen = bench.addKey(SRC, IRELAND, "chosen");
    await bench.call(SRC, IRELAND, "EnableEbsEncryptionByDefault");
    await bench.call(SRC, IRELAND, "ModifyEbsDefaultKmsKeyId", { KmsKeyId: chosen });
    const { imageId } = await own(bench, source);
    expect(keyOf(bench, imageId)).toBe(chosen);
  });
});
