import type { JsonObject } from "../../../contract";
import { createBench, DST, IRELAND, runningInstance, SRC, type Bench } from "./lib/bench";

let bench: Bench;
beforeEach(() => {
  bench = createBench();
});

const call = (operation: string, input: JsonObject): Promise<JsonObject> =>
  bench.call(SRC, IRELAND, operation, input);
const refused = (operation: string, input: JsonObject): Promise<string> =>
  bench.refusal(SRC, IRELAND, operation, input);
const zone = { AvailabilityZone: `${IRELAND}a` };
const created = async (input: JsonObject = { Size: "10" }): Promise<string> => {
  const { volumeId, status } = await call("CreateVolume", { ...zone, ...input });
  expect(status).toBe("creating");
  await bench.clock.advance(10);
  return String(volumeId);
};

describe("CreateVolume", () => {
  it("creates a volume under the named key", async () => {
    const key = bench.addKey(SRC, IRELAND, "data");
    const id = await created({ Size: "10", Encrypted: "true", KmsKeyId: key });
    expect(bench.state.volumes[id]).toMatchObject({ state: "available", keyArn: key, volumeType: "gp2" });
  });

  it("returns, and the volume disappears when its key cannot be used", async () => {
    const key = bench.addKey(SRC, IRELAND, "data");
    bench.keys[key]!.allowed[SRC] = ["DescribeKey"];
    const id = await created({ Size: "10", Encrypted: "true", KmsKeyId: key });
    expect(await refused("DescribeVolumes", { VolumeId: [id] })).toMatch(/^InvalidVolume.NotFound/);
  });

  it("creates one volume for a repeated token", async () => {
    const input = { Size: "10", ClientToken: "t" };
    expect(await created(input)).toBe(String((await call("CreateVolume", { ...zone, ...input })).volumeId));
    expect(await refused("CreateVolume", { ...zone, Size: "11", ClientToken: "t" })).toMatch(/^Idempotent/);
  });

  it("requires a size or a snapshot, and not less than the snapshot", async () => {
    expect(await refused("CreateVolume", zone)).toMatch(/^MissingParameter/);
    await runningInstance(bench);
    const [volume] = Object.keys(bench.state.volumes);
    const { snapshotId } = await call("CreateSnapshot", { VolumeId: volume! });
    await bench.clock.advance(600);
    expect(await refused("CreateVolume", { ...zone, SnapshotId: snapshotId, Size: "1" })).toMatch(
      /^InvalidBlockDeviceMapping/,
    );
    const id = await created({ SnapshotId: snapshotId });
    expect(bench.state.volumes[id]).toMatchObject({ size: 8, snapshotId });
    expect(await bench.refusal(DST, IRELAND, "CreateVolume", { ...zone, SnapshotId: snapshotId })).toMatch(
      /^InvalidSnapshot.NotFound/,
    );
  });
});

describe("attaching", () => {
  it("attaches a volume to an instance and detaches it again; only an unattached one can be deleted", async () => {
    const instance = await runningInstance(bench);
    const id = await created();
    const { status } = await call("AttachVolume", { VolumeId: id, InstanceId: instance, Device: "/dev/sdf" });
    expect(status).toBe("attaching");
    await bench.clock.advance(10);
    const filter = [{ Name: "attachment.status", Value: ["attached"] }];
    const { volumeSet } = await call("DescribeVolumes", { VolumeId: [id], Filter: filter });
    expect(volumeSet).toEqual([expect.objectContaining({ volumeId: id, status: "in-use" })]);
    expect(await refused("DeleteVolume", { VolumeId: id })).toMatch(/^VolumeInUse/);
    await call("DetachVolume", { VolumeId: id });
    await bench.clock.advance(10);
    expect(await refused("DeleteVolume", { VolumeId: id })).toBe("none");
    expect(bench.state.volumes[id]).toBeUndefined();
  });

  it("needs the key: without it the volume is detached again", async () => {
    const instance = await runningInstance(bench);
    const key = bench.addKey(SRC, IRELAND, "data");
    const id = await created({ Size: "10", Encrypted: "true", KmsKeyId: key });
    bench.keys[key]!.view = { ...bench.keys[key]!.view, state: "Disabled" };
    await call("AttachVolume", { VolumeId: id, InstanceId: instance, Device: "/dev/sdf" });
    await bench.clock.advance(10);
    expect(bench.state.volumes[id]).toMatchObject({ state: "available" });
    expect(bench.state.volumes[id]?.attachment).toBeUndefined();
  });

  it("is refused in another zone, on a device in use, twice, and for a running root", async () => {
    const instance = await runningInstance(bench);
    const id = await created();
    const to = (more: JsonObject): JsonObject => ({
      VolumeId: id,
      InstanceId: instance,
      Device: "/dev/sdf",
      ...more,
    });
    const elsewhere = await created({ Size: "1", AvailabilityZone: `${IRELAND}b` });
    expect(await refused("AttachVolume", to({ VolumeId: elsewhere }))).toMatch(/^InvalidVolume.ZoneMismatch/);
    expect(await refused("AttachVolume", to({ Device: "/dev/xvda" }))).toMatch(/already in use$/);
    await call("AttachVolume", to({}));
    expect(await refused("AttachVolume", to({}))).toMatch(/^VolumeInUse/);
    const root = Object.values(bench.state.volumes).find(
      (volume) => volume.attachment?.deviceName === "/dev/xvda",
    );
    expect(await refused("DetachVolume", { VolumeId: root!.volumeId })).toMatch(/^OperationNotPermitted/);
  });
});

describe("ModifyVolume", () => {
  it("makes a volume larger, never smaller, one change at a time", async () => {
    const id = await created();
    expect(await refused("ModifyVolume", { VolumeId: id, Size: "5" })).toMatch(/^InvalidParameterValue/);
    await call("ModifyVolume", { VolumeId: id, Size: "20", VolumeType: "gp3" });
    expect(await refused("ModifyVolume", { VolumeId: id, Size: "30" })).toMatch(
      /^IncorrectModificationState/,
    );
    await bench.clock.advance(600);
    expect(bench.state.volumes[id]).toMatchObject({ size: 20, volumeType: "gp3" });
    const { volumeModificationSet } = await call("DescribeVolumesModifications", { VolumeId: [id] });
    expect(volumeModificationSet).toEqual([
      expect.objectContaining({ modificationState: "completed", originalSize: 10, targetSize: 20 }),
    ]);
  });
});
