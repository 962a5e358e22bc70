import { snapshotArn } from "@keyferry/common";
import type { Call, Cloud, JsonObject } from "../../../contract";
import { ec2Arn, ownCheck, requestTagContext, tagContext, tagOnCreateCheck } from "../access";
import { notFound } from "../errors";
import { newId } from "../ids";
import { requiredText, text } from "../input";
import { ec2Operation } from "../operation";
import { refuseSnapshotBeyond } from "../quotas";
import { put } from "../shelf";
import type { Ec2State, Snapshot, Volume } from "../state";
import { readTagSpecifications, setTags, tagsOf, type Tags } from "../tags/tags";
import { snapshotSeconds } from "../throughput";
import { grow } from "./progress";
import { snapshotAnswer } from "./wire";

export interface NewSnapshot {
  readonly description: string;
  readonly tags: Tags;
  /** The image that waits for it. */
  readonly imageId?: string;
}

/** Starts a snapshot of a volume, under the volume's key. */
export function startSnapshot(state: Ec2State, cloud: Cloud, volume: Volume, wanted: NewSnapshot): Snapshot {
  const snapshot: Snapshot = {
    snapshotId: newId("snap"),
    region: volume.region,
    owner: volume.owner,
    volumeId: volume.volumeId,
    volumeSize: volume.size,
    dataBytes: volume.dataBytes,
    description: wanted.description,
    startTime: cloud.clock.now().toISOString(),
    keyArn: volume.keyArn,
    public: false,
    createVolumePermissions: [],
    state: "pending",
    progress: 0,
  };
  setTags(state, volume.owner, snapshot.snapshotId, wanted.tags);
  put(state.snapshots, snapshot.snapshotId, snapshot);
  const seconds = snapshotSeconds(volume.dataBytes);
  const { imageId } = wanted;
  grow(cloud.clock, { snapshotId: snapshot.snapshotId, seconds, needsKey: false, imageId });
  return snapshot;
}

/** CreateSnapshot. */
export function createSnapshot(state: Ec2State) {
  return ec2Operation({
    parameters: ["VolumeId", "Description", "TagSpecification"],
    checks: (call) => {
      const volumeId = requiredText(call.input, "VolumeId");
      const { snapshot: tags } = readTagSpecifications(call.input, ["snapshot"]);
      const snapshot = snapshotArn(call.region, "*");
      return [
        ownCheck(
          call,
          ec2Arn(call, `volume/${volumeId}`),
          tagContext(tagsOf(state, call.caller.account, volumeId)),
        ),
        ownCheck(call, snapshot, requestTagContext(tags)),
        ...tagOnCreateCheck(call, snapshot, tags),
      ];
    },
    run: (call, cloud) => run(state, call, cloud),
  });
}

function run(state: Ec2State, call: Call, cloud: Cloud): JsonObject {
  const volumeId = requiredText(call.input, "VolumeId");
  const volume = state.volumes[volumeId];
  if (volume?.owner !== call.caller.account || volume.region !== call.region)
    throw notFound("volume", volumeId);
  const { snapshot: tags } = readTagSpecifications(call.input, ["snapshot"]);
  refuseSnapshotBeyond(state, call.caller.account, call.region);
  const description = text(call.input, "Description") ?? "";
  return snapshotAnswer(startSnapshot(state, cloud, volume, { description, tags }), tags);
}
