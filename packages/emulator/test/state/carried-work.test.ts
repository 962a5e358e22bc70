import type { JsonObject } from "../../contract";
import {
  addTemplate,
  availableImage,
  carried,
  createBench,
  DST,
  FRANKFURT,
  IRELAND,
  linux,
  runningInstance,
  share,
  snapshotsOf,
  SRC,
  TEMPLATE,
  type Bench,
} from "../services/ec2/lib/bench";

type Begin = (bench: Bench) => Promise<void>;

const launch = (BlockDeviceMapping: readonly JsonObject[]) => ({
  ImageId: linux(IRELAND),
  MinCount: "2",
  MaxCount: "2",
  BlockDeviceMapping,
});

/** An image of SRC under its own key, shared with DST, and a key of DST in Frankfurt. */
async function shared(bench: Bench, mayUse: boolean): Promise<{ imageId: string; key: string }> {
  const source = bench.addKey(SRC, IRELAND, "source");
  bench.keys[source]!.allowed = { [SRC]: ["*"], ...(mayUse ? { [DST]: ["CreateGrant"] } : {}) };
  const imageId = await availableImage(bench, source);
  await share(bench, imageId);
  return { imageId, key: bench.addKey(DST, FRANKFURT, "home") };
}

const copyImage =
  (mayUse: boolean): Begin =>
  async (bench) => {
    const { imageId, key } = await shared(bench, mayUse);
    await bench.call(DST, FRANKFURT, "CopyImage", {
      Name: "web",
      SourceImageId: imageId,
      SourceRegion: IRELAND,
      Encrypted: "true",
      KmsKeyId: key,
    });
  };

const BEGINNINGS: Readonly<Record<string, Begin>> = {
  "a copy of an image": copyImage(true),
  "a copy of an image whose key is closed": copyImage(false),
  "a copy of a snapshot": async (bench) => {
    const { imageId, key } = await shared(bench, true);
    await bench.call(DST, FRANKFURT, "CopySnapshot", {
      SourceSnapshotId: snapshotsOf(bench, imageId)[0],
      SourceRegion: IRELAND,
      Encrypted: "true",
      KmsKeyId: key,
    });
  },
  "a copy of a snapshot that does not exist": async (bench) => {
    await bench.call(DST, FRANKFURT, "CopySnapshot", {
      SourceSnapshotId: "snap-00000000000000000",
      SourceRegion: IRELAND,
    });
  },
  CreateImage: async (bench) => {
    const InstanceId = await runningInstance(bench, [{ DeviceName: "/dev/sdf", Ebs: { VolumeSize: "20" } }]);
    await bench.call(SRC, IRELAND, "CreateImage", { InstanceId, Name: "web" });
  },
  "a launch": async (bench) => {
    await bench.call(SRC, IRELAND, "RunInstances", launch([]));
  },
  "a launch whose key is closed": async (bench) => {
    const key = bench.addKey(SRC, IRELAND, "home");
    bench.keys[key]!.allowed = { nobody: ["*"] };
    await bench.call(
      SRC,
      IRELAND,
      "RunInstances",
      launch([{ DeviceName: "/dev/xvda", Ebs: { Encrypted: "true", KmsKeyId: key } }]),
    );
  },
  "a stop, a start's beginning and a termination": async (bench) => {
    const [stopping, ending] = [await runningInstance(bench), await runningInstance(bench)];
    await bench.call(SRC, IRELAND, "StopInstances", { InstanceId: [stopping] });
    await bench.call(SRC, IRELAND, "TerminateInstances", { InstanceId: [ending] });
  },
  "volumes that are created, attached and modified": async (bench) => {
    const instance = await runningInstance(bench);
    const AvailabilityZone = bench.state.instances[instance]!.availabilityZone;
    const make = async () =>
      String((await bench.call(SRC, IRELAND, "CreateVolume", { AvailabilityZone, Size: "8" })).volumeId);
    const first = await make();
    await bench.clock.advance(10);
    await make();
    await bench.call(SRC, IRELAND, "ModifyVolume", { VolumeId: first, Size: "16" });
    await bench.call(SRC, IRELAND, "AttachVolume", {
      VolumeId: first,
      InstanceId: instance,
      Device: "/dev/sdf",
    });
  },
  "a move to the archive": async (bench) => {
    const instance = await runningInstance(bench);
    const volume = Object.values(bench.state.volumes).find(
      ({ attachment }) => attachment?.instanceId === instance,
    );
    const { snapshotId } = await bench.call(SRC, IRELAND, "CreateSnapshot", { VolumeId: volume?.volumeId });
    await bench.clock.advance(600);
    await bench.call(SRC, IRELAND, "ModifySnapshotTier", {
      SnapshotId: String(snapshotId),
      StorageTier: "archive",
    });
  },
};

const written = ({ state }: Bench): unknown => JSON.parse(JSON.stringify(state));

describe.each(Object.entries(BEGINNINGS))("%s, continued in another cloud", (_what, begin) => {
  it("has work in progress", async () => {
    const bench = createBench();
    await begin(bench);
    expect(bench.clock.capture().work).not.toEqual([]);
  });

  it.each([0, 4, 12, 40, 100])("after %d seconds ends there as it ends here", async (seconds) => {
    const here = createBench();
    await begin(here);
    await here.clock.advance(seconds);
    const there = carried(here);
    expect(written(there)).toEqual(written(here));
    for (const bench of [here, there]) await bench.clock.advance(3 * 86_400);
    expect(written(there)).toEqual(written(here));
    expect(there.clock.capture()).toEqual(here.clock.capture());
  });
});

describe("an Auto Scaling group, continued in another cloud", () => {
  const seen = async (bench: Bench): Promise<JsonObject> => {
    const answer = await bench.call(SRC, IRELAND, "DescribeAutoScalingGroups");
    const [group] = answer.AutoScalingGroups as readonly JsonObject[];
    const { Activities } = await bench.call(SRC, IRELAND, "DescribeScalingActivities", {});
    return {
      members: (group?.Instances as readonly JsonObject[]).map(({ LifecycleState }) => LifecycleState),
      activities: (Activities as readonly JsonObject[]).map(({ StatusCode, StatusMessage, StartTime }) => ({
        StatusCode,
        StatusMessage,
        StartTime,
      })),
    };
  };

  it.each([
    ["that may use its key", true],
    ["that may not, and tries again", false],
  ])("%s continues from any moment", async (_which, mayUse) => {
    const here = createBench();
    const key = here.addKey(SRC, IRELAND, "home");
    if (mayUse) here.keys[key]!.allowed["AWSServiceRoleForAutoScaling"] = ["*"];
    addTemplate(here, {
      ImageId: linux(IRELAND),
      InstanceType: "t3.micro",
      BlockDeviceMapping: [{ DeviceName: "/dev/xvda", Ebs: { Encrypted: "true", KmsKeyId: key } }],
    });
    await here.call(SRC, IRELAND, "CreateAutoScalingGroup", {
      AutoScalingGroupName: "web",
      LaunchTemplate: { LaunchTemplateId: TEMPLATE },
      MinSize: "2",
      MaxSize: "2",
      VPCZoneIdentifier: "subnet-a",
    });
    const others: Bench[] = [];
    for (const step of [0, 2, 1, 3, 6, 30]) {
      await here.clock.advance(step);
      const other = carried(here);
      await other.clock.advance(
        500 - (other.clock.now().getTime() - Date.parse("2026-11-01T00:00:00Z")) / 1000,
      );
      others.push(other);
    }
    await here.clock.advance(500 - 42);
    const end = await seen(here);
    for (const other of others) expect(await seen(other)).toEqual(end);
  });
});
