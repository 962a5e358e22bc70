import type { JsonObject } from "../../../contract";
import {
  availableImage,
  createBench,
  DEFAULT_KEY,
  DST,
  FRANKFURT,
  IRELAND,
  share,
  snapshotsOf,
  SRC,
  type Bench,
} from "./lib/bench";

const ALL = ["*"];
const NOWHERE = "snap-0123456789abcdef0";

describe("CopySnapshot across accounts and Regions", () => {
  let bench: Bench;
  let sourceKey: string;
  let homeKey: string;
  let source: string;

  beforeEach(async () => {
    bench = createBench();
    sourceKey = bench.addKey(SRC, IRELAND, "source");
    homeKey = bench.addKey(DST, FRANKFURT, "home");
    const image = await availableImage(bench, sourceKey);
    [source = ""] = snapshotsOf(bench, image);
    await share(bench, image);
    bench.keys[sourceKey]!.allowed[DST] = ALL;
  });

  const parameters = (more: JsonObject = {}): JsonObject => ({
    SourceSnapshotId: source,
    SourceRegion: IRELAND,
    Encrypted: "true",
    KmsKeyId: homeKey,
    ...more,
  });
  const copy = async (more: JsonObject = {}): Promise<string> =>
    String((await bench.call(DST, FRANKFURT, "CopySnapshot", parameters(more))).snapshotId);
  const refused = (more: JsonObject = {}): Promise<string> =>
    bench.refusal(DST, FRANKFURT, "CopySnapshot", parameters(more));

  it("is encrypted with the destination's key, with no volume", async () => {
    const answer = await bench.call(
      DST,
      FRANKFURT,
      "CopySnapshot",
      parameters({
        PresignedUrl: "https://ec2.eu-west-1.amazonaws.com/?Action=CopySnapshot",
        DestinationRegion: FRANKFURT,
        TagSpecification: [{ ResourceType: "snapshot", Tag: [{ Key: "a", Value: "b" }] }],
      }),
    );
    expect(answer.tagSet).toEqual([{ key: "a", value: "b" }]);
    await bench.clock.advance(3600);
    const { snapshotSet } = await bench.call(DST, FRANKFURT, "DescribeSnapshots", { Owner: ["self"] });
    expect(snapshotSet).toEqual([
      expect.objectContaining({
        snapshotId: answer.snapshotId,
        status: "completed",
        kmsKeyId: homeKey,
        volumeId: "vol-ffffffff",
        description: "",
        transferType: "standard",
      }),
    ]);
  });

  it("has no token: two calls create two copies", async () => {
    expect(await copy()).not.toBe(await copy());
  });

  it.each([
    ["does not exist", (): JsonObject => ({ SourceSnapshotId: NOWHERE })],
    ["is in another Region", (): JsonObject => ({ SourceRegion: FRANKFURT })],
  ])("accepts a source that %s, and fails later", async (_why, change) => {
    const id = await copy(change());
    await bench.clock.advance(60);
    expect(bench.state.snapshots[id]).toMatchObject({
      state: "error",
      stateMessage: "Source snapshot is not found",
    });
  });

  it("accepts a source that is not shared, and fails later", async () => {
    await bench.call(SRC, IRELAND, "ResetSnapshotAttribute", {
      SnapshotId: source,
      Attribute: "createVolumePermission",
    });
    const id = await copy();
    await bench.clock.advance(60);
    expect(bench.state.snapshots[id]?.stateMessage).toBe("Source snapshot is not found");
  });

  it("accepts keys that cannot be used, and fails later", async () => {
    delete bench.keys[sourceKey]!.allowed[DST];
    const id = await copy();
    expect(bench.state.snapshots[id]?.state).toBe("pending");
    await bench.clock.advance(60);
    expect(bench.state.snapshots[id]).toMatchObject({
      state: "error",
      stateMessage: "Given key ID is not accessible",
    });
  });

  it.each([
    [
      "a decrypted copy",
      { Encrypted: "false", KmsKeyId: undefined },
      /^InvalidRequest: Snapshot snap-\w+ is encr/,
    ],
    ["a key without Encrypted", { Encrypted: undefined }, /^InvalidParameterDependency/],
    ["a Region that does not exist", { SourceRegion: "eu-nowhere-1" }, /^InvalidParameterValue/],
    ["an id of another kind", { SourceSnapshotId: "vol-12345678" }, /^InvalidSnapshotID.Malformed/],
    ["a token", { ClientToken: "t" }, /^UnsupportedOperation/],
    ["ten minutes", { CompletionDurationMinutes: "10" }, /^InvalidParameterValue/],
    ["twenty minutes", { CompletionDurationMinutes: "20" }, /^InvalidParameterValue/],
    ["more than two days", { CompletionDurationMinutes: "2895" }, /^InvalidParameterValue/],
  ])("refuses %s immediately", async (_what, change, expected) => {
    expect(await refused(change as JsonObject)).toMatch(expected);
  });

  it("is refused without the permission on the source, or on the copy", async () => {
    bench.denied.push(`ec2:CopySnapshot on arn:aws:ec2:${IRELAND}::snapshot/${source}`);
    expect(await refused()).toBe("Denied: ec2:CopySnapshot");
    bench.denied[0] = `ec2:CopySnapshot on arn:aws:ec2:${FRANKFURT}::snapshot/*`;
    expect(await refused()).toBe("Denied: ec2:CopySnapshot");
    bench.denied.length = 0;
    expect(await refused()).toBe("none");
  });

  it("stops at 20 copies in progress into one Region, or at the configured quota", async () => {
    for (let n = 0; n < 20; n++) await copy();
    const text = "Too many snapshot copies in progress. The limit is 20 for this destination region.";
    expect(await refused()).toBe(`ResourceLimitExceeded: ${text}`);
    bench.state.accountQuotas[DST] = { snapshotCopies: 21 };
    expect(await refused()).toBe("none");
    await bench.clock.advance(3600);
    expect(await refused()).toBe("none");
  });

  it("without a key is encrypted with the EBS default key of the destination", async () => {
    const id = await copy({ KmsKeyId: undefined });
    await bench.clock.advance(3600);
    expect(bench.state.snapshots[id]).toMatchObject({
      state: "completed",
      keyArn: `arn:aws:kms:${FRANKFURT}:${DST}:key/aws/ebs`,
    });
  });

  it("takes time according to its data, and none when the destination already holds it", async () => {
    const first = await copy();
    await bench.clock.advance(50);
    expect(bench.state.snapshots[first]?.state).toBe("pending");
    await bench.clock.advance(3600);
    const second = await copy();
    await bench.clock.advance(50);
    expect(bench.state.snapshots[second]?.state).toBe("completed");
  });

  it("with a completion duration returns it, and is refused when the throughput between two Regions is used up", async () => {
    bench.state.accountQuotas[DST] = { timeBasedThroughput: 1 };
    const id = await copy({ CompletionDurationMinutes: "15" });
    const { snapshotSet } = await bench.call(DST, FRANKFURT, "DescribeSnapshots", { SnapshotId: [id] });
    expect(snapshotSet).toEqual([
      expect.objectContaining({ transferType: "time-based", completionDurationMinutes: 15 }),
    ]);
    expect(await refused({ CompletionDurationMinutes: "15" })).toMatch(/^ResourceLimitExceeded/);
    expect(await refused()).toBe("none");
    await bench.clock.advance(3600);
    expect(await refused({ CompletionDurationMinutes: "15" })).toBe("none");
  });

  it("with a completion duration takes longer when less throughput is left than it needs", async () => {
    const { dataBytes } = bench.state.snapshots[source]!;
    const needed = dataBytes / 1024 ** 2 / (15 * 60);
    const late = async (timeBasedThroughput: number) => {
      bench.state.accountQuotas[DST] = { timeBasedThroughput };
      const id = await copy({ CompletionDurationMinutes: "15" });
      return bench.state.snapshots[id]!.copyThroughput! < needed;
    };
    expect([await late(needed), await late(needed * 1.5)]).toEqual([false, true]);
    expect(await refused({ CompletionDurationMinutes: "15" })).toMatch(/^ResourceLimitExceeded/);
  });

  it("of a snapshot under the EBS default key is possible only in its own account", async () => {
    const image = await availableImage(bench, DEFAULT_KEY, "under-default");
    const [snapshot = ""] = snapshotsOf(bench, image);
    const key = bench.addKey(SRC, IRELAND, "transit");
    const { snapshotId } = await bench.call(SRC, IRELAND, "CopySnapshot", {
      SourceSnapshotId: snapshot,
      SourceRegion: IRELAND,
      Encrypted: "true",
      KmsKeyId: key,
    });
    await bench.clock.advance(3600);
    expect(bench.state.snapshots[String(snapshotId)]).toMatchObject({ state: "completed", keyArn: key });
  });
});
