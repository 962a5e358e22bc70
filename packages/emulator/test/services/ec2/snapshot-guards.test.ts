import type { JsonObject } from "../../../contract";
import { createBench, DST, IRELAND, runningInstance, SRC, type Bench } from "./lib/bench";

const DAY = 24 * 3600;

let bench: Bench;
let snapshot: string;
beforeEach(async () => {
  bench = createBench();
  await runningInstance(bench);
  const [volume] = Object.keys(bench.state.volumes);
  const made = await bench.call(SRC, IRELAND, "CreateSnapshot", { VolumeId: volume! });
  snapshot = String(made.snapshotId);
  await bench.clock.advance(600);
});

/** Undefined members are left out. */
const given = (input: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
const call = (operation: string, input: JsonObject = {}, account = SRC): Promise<JsonObject> =>
  bench.call(account, IRELAND, operation, given({ SnapshotId: snapshot, ...input }));
const refused = (operation: string, input: JsonObject = {}, account = SRC): Promise<string> =>
  bench.refusal(account, IRELAND, operation, given({ SnapshotId: snapshot, ...input }));
const shareWith = (recipient: JsonObject): JsonObject => ({ CreateVolumePermission: { Add: [recipient] } });
const copy = (): JsonObject => ({
  SnapshotId: undefined,
  SourceSnapshotId: snapshot,
  SourceRegion: IRELAND,
});

describe("a locked snapshot", () => {
  it("in governance mode cannot be deleted until it is unlocked", async () => {
    await call("LockSnapshot", { LockMode: "governance", LockDuration: "10" });
    expect(await refused("DeleteSnapshot")).toMatch(/^OperationNotPermitted/);
    const { snapshotSet } = await call("DescribeLockedSnapshots", { SnapshotId: [snapshot] });
    expect(snapshotSet).toEqual([expect.objectContaining({ snapshotId: snapshot, lockState: "governance" })]);
    await call("UnlockSnapshot");
    expect(await refused("DeleteSnapshot")).toBe("none");
  });

  it("in compliance mode can be unlocked only in the cooling-off period, and expires", async () => {
    await call("LockSnapshot", { LockMode: "compliance", LockDuration: "10", CoolOffPeriod: "2" });
    const shorter = { LockMode: "compliance", LockDuration: "5" };
    expect(await refused("LockSnapshot", { ...shorter, CoolOffPeriod: "2" })).toBe("none");
    await bench.clock.advance(3 * 3600);
    expect(await refused("UnlockSnapshot")).toMatch(/^OperationNotPermitted/);
    expect(await refused("LockSnapshot", { LockMode: "governance", LockDuration: "50" })).toMatch(
      /^OperationNotPermitted/,
    );
    expect(await refused("LockSnapshot", { LockMode: "compliance", LockDuration: "9" })).toBe("none");
    await bench.clock.advance(10 * DAY);
    expect(await refused("DeleteSnapshot")).toBe("none");
  });

  it.each([
    { LockMode: "governance" },
    { LockMode: "governance", LockDuration: "1", CoolOffPeriod: "1" },
    { LockMode: "compliance", LockDuration: "0" },
    { LockMode: "compliance", LockDuration: "1", CoolOffPeriod: "73" },
    { LockMode: "strict", LockDuration: "1" },
  ])("cannot be locked with %j", async (input) => {
    expect(await refused("LockSnapshot", input)).toMatch(/^InvalidParameter/);
  });
});

describe("an archived snapshot", () => {
  it("cannot be shared or copied, and is hidden from accounts that it is shared with until it is restored", async () => {
    await call("ModifySnapshotAttribute", shareWith({ UserId: DST }));
    await call("ModifySnapshotTier", { StorageTier: "archive" });
    await bench.clock.advance(2 * DAY);
    expect(await refused("CopySnapshot", copy())).toMatch(/^IncorrectState/);
    expect(await refused("ModifySnapshotAttribute", shareWith({ UserId: "333333333333" }))).toMatch(
      /^IncorrectState/,
    );
    const describeIt = { SnapshotId: [snapshot] };
    expect(await refused("DescribeSnapshots", describeIt, DST)).toMatch(/^InvalidSnapshot.NotFound/);
    await call("RestoreSnapshotTier", { TemporaryRestoreDays: "3" });
    await bench.clock.advance(2 * DAY);
    expect(await refused("DescribeSnapshots", describeIt, DST)).toBe("none");
    expect(await refused("CopySnapshot", copy())).toBe("none");
    await bench.clock.advance(4 * DAY);
    expect(await refused("CopySnapshot", copy())).toMatch(/^IncorrectState/);
    await call("RestoreSnapshotTier", { PermanentRestore: "true" });
    await bench.clock.advance(2 * DAY);
    const { snapshotTierStatusSet } = await call("DescribeSnapshotTierStatus", { SnapshotId: undefined });
    expect(snapshotTierStatusSet).toEqual([
      expect.objectContaining({
        storageTier: "standard",
        lastTieringOperationStatus: "permanent-restore-completed",
      }),
    ]);
  });

  it("cannot be created from one that an image uses", async () => {
    await bench.call(SRC, IRELAND, "RegisterImage", {
      Name: "uses-it",
      RootDeviceName: "/dev/xvda",
      BlockDeviceMapping: [{ DeviceName: "/dev/xvda", Ebs: { SnapshotId: snapshot } }],
    });
    expect(await refused("ModifySnapshotTier", { StorageTier: "archive" })).toMatch(/^InvalidSnapshot.InUse/);
  });
});

describe("a public snapshot", () => {
  const seenByOther = (): Promise<string> => refused("DescribeSnapshots", { SnapshotId: [snapshot] }, DST);

  it("is visible to everyone until all public sharing is blocked", async () => {
    expect(await seenByOther()).toMatch(/^InvalidSnapshot.NotFound/);
    await call("ModifySnapshotAttribute", shareWith({ Group: "all" }));
    expect(await seenByOther()).toBe("none");
    const mode = (State: string): JsonObject => ({ SnapshotId: undefined, State });
    await call("EnableSnapshotBlockPublicAccess", mode("block-new-sharing"));
    expect(await seenByOther()).toBe("none");
    await call("EnableSnapshotBlockPublicAccess", mode("block-all-sharing"));
    expect(await seenByOther()).toMatch(/^InvalidSnapshot.NotFound/);
    const { createVolumePermission } = await call("DescribeSnapshotAttribute", {
      Attribute: "createVolumePermission",
    });
    expect(createVolumePermission).toEqual([{ group: "all" }]);
    await call("DisableSnapshotBlockPublicAccess", { SnapshotId: undefined });
    expect(await seenByOther()).toBe("none");
  });

  it("cannot be created while that is blocked, and organisations cannot be named", async () => {
    await call("EnableSnapshotBlockPublicAccess", { SnapshotId: undefined, State: "block-new-sharing" });
    expect(await refused("ModifySnapshotAttribute", shareWith({ Group: "all" }))).toMatch(
      /^OperationNotPermitted/,
    );
    const organization = "arn:aws:organizations::111111111111:organization/o-abcdef1234";
    expect(await refused("ModifySnapshotAttribute", shareWith({ OrganizationArn: organization }))).toMatch(
      /^InvalidParameterValue/,
    );
  });
});
