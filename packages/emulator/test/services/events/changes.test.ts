import { emptyEc2State, type Ec2State } from "../../../services/ec2";
import type { Image, Snapshot, Volume } from "../../../services/ec2/state";
import { Ec2Changes } from "../../../services/events/changes";

const SRC = "111111111111";
const DST = "222222222222";
const region = "eu-west-1";
const START = "2026-11-01T00:00:00.000Z";
const END = "2026-11-01T01:00:00.000Z";

let ec2: Ec2State;
let changes: Ec2Changes;
beforeEach(() => {
  ec2 = emptyEc2State();
  changes = new Ec2Changes(ec2);
  changes.look("");
});

function snapshot(more: Partial<Snapshot> = {}): Snapshot {
  return {
    snapshotId: "snap-1",
    region,
    owner: SRC,
    volumeId: "vol-1",
    volumeSize: 1,
    dataBytes: 1,
    description: "",
    startTime: START,
    public: false,
    createVolumePermissions: [],
    state: "pending",
    progress: 0,
    ...more,
  };
}

function image(state: Image["state"]): Image {
  const about = { imageId: "ami-1", region, owner: SRC, name: "web", devices: [], creationDate: START };
  const traits = {
    architecture: "x86_64",
    rootDeviceName: "/dev/xvda",
    virtualizationType: "hvm",
    platformDetails: "Linux/UNIX",
    usageOperation: "RunInstances",
    enaSupport: true,
  };
  return { ...about, traits, public: false, launchPermissions: [], state };
}

test("the end of a copy is reported to its owner, with the details that AWS reports", () => {
  const copiedFrom = { snapshotId: "snap-0", region: "eu-central-1" };
  ec2.snapshots["snap-1"] = snapshot({ copiedFrom });
  expect(changes.look("r")).toEqual([]);
  Object.assign(ec2.snapshots["snap-1"], { state: "completed", completionTime: END });

  expect(changes.look("")).toEqual([
    {
      account: SRC,
      region,
      detailType: "EBS Snapshot Notification",
      resources: ["arn:aws:ec2:eu-west-1::snapshot/snap-1"],
      detail: {
        event: "copySnapshot",
        result: "succeeded",
        cause: "",
        "request-id": "",
        snapshot_id: "arn:aws:ec2::eu-west-1:snapshot/snap-1",
        source: "arn:aws:ec2::eu-central-1:snapshot/snap-0",
        startTime: START,
        endTime: END,
        incremental: "false",
        transferType: "standard",
      },
    },
  ]);
  expect(changes.look("")).toEqual([]);
});

test("a failed copy is reported with the reason", () => {
  const copiedFrom = { snapshotId: "snap-0", region };
  ec2.snapshots["snap-1"] = snapshot({
    copiedFrom,
    state: "error",
    stateMessage: "Given key ID is not accessible",
  });
  expect(changes.look("")).toMatchObject([
    { detail: { event: "copySnapshot", result: "failed", cause: "Given key ID is not accessible" } },
  ]);
});

test("a snapshot of a volume is reported with the volume as its source", () => {
  ec2.snapshots["snap-1"] = snapshot({ state: "completed", completionTime: END });
  expect(changes.look("")).toMatchObject([
    { detail: { event: "createSnapshot", source: "arn:aws:ec2::eu-west-1:volume/vol-1" } },
  ]);
});

test("a new share of a snapshot is reported once to the account; its removal or public sharing is not reported", () => {
  const shared = snapshot({ state: "completed" });
  ec2.snapshots["snap-1"] = shared;
  changes.look("");
  shared.createVolumePermissions = [DST];
  expect(changes.look("")).toMatchObject([
    { account: DST, region, detail: { event: "shareSnapshot", result: "succeeded", source: SRC } },
  ]);
  shared.createVolumePermissions = [];
  expect(changes.look("")).toEqual([]);
  shared.public = true;
  expect(changes.look("")).toEqual([]);
});

test("the states of an image are reported, with the id of the request that started it", () => {
  const states = (found: readonly { readonly detail: object }[]) => found.map(({ detail }) => detail);
  const made = image("pending");
  ec2.images["ami-1"] = made;
  expect(changes.look("create")).toEqual([]);
  made.state = "available";
  expect(states(changes.look(""))).toEqual([
    { RequestId: "create", ImageId: "ami-1", State: "available", ErrorMessage: "" },
  ]);
  made.state = "disabled";
  expect(states(changes.look("disable"))).toMatchObject([{ RequestId: "disable", State: "disabled" }]);
  delete ec2.images["ami-1"];
  const [gone] = changes.look("deregister");
  expect(gone).toMatchObject({
    account: SRC,
    detailType: "EC2 AMI State Change",
    resources: ["arn:aws:ec2:eu-west-1::image/ami-1"],
    detail: { RequestId: "deregister", State: "deregistered" },
  });
});

test("a failed image is reported with the reason", () => {
  const failed = image("failed");
  failed.stateReason = { code: "Client.InternalError", message: "why" };
  ec2.images["ami-1"] = failed;
  expect(changes.look("r")).toMatchObject([{ detail: { State: "failed", ErrorMessage: "why" } }]);
});

test("the creation and the deletion of a volume are reported", () => {
  const volume = { volumeId: "vol-1", region, owner: SRC, state: "creating" } as Volume;
  ec2.volumes["vol-1"] = volume;
  expect(changes.look("create")).toEqual([]);
  volume.state = "available";
  expect(changes.look("")).toMatchObject([
    {
      detailType: "EBS Volume Notification",
      resources: ["arn:aws:ec2:eu-west-1:111111111111:volume/vol-1"],
      detail: { event: "createVolume", result: "available", cause: "", "request-id": "create" },
    },
  ]);
  volume.state = "in-use";
  expect(changes.look("")).toEqual([]);
  delete ec2.volumes["vol-1"];
  expect(changes.look("")).toMatchObject([{ detail: { event: "deleteVolume", result: "deleted" } }]);
});
