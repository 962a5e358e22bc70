import { imageArn, snapshotArn } from "@keyferry/common";
import type { Call, Cloud, JsonObject } from "../../../contract";
import { AwsError } from "../../../contract";
import { ec2Arn, ownCheck, requestTagContext, tagContext, tagOnCreateCheck } from "../access";
import { checkId, notFound } from "../errors";
import { newId } from "../ids";
import { flag, requiredText, text } from "../input";
import { ec2Operation } from "../operation";
import { put } from "../shelf";
import { startSnapshot } from "../snapshots/create";
import type { Ec2State, Image, ImageDevice, Instance, Volume } from "../state";
import { readTagSpecifications, setTags, tagsOf, type Tags } from "../tags/tags";
import { newImageName } from "./names";

/** CreateImage: one snapshot for each attached volume, under its volume's key. */
export function createImage(state: Ec2State) {
  return ec2Operation({
    parameters: ["InstanceId", "Name", "Description", "NoReboot", "TagSpecification"],
    checks: (call) => {
      const instanceId = requiredText(call.input, "InstanceId");
      const tags = readTagSpecifications(call.input, ["image", "snapshot"]);
      const instanceTags = tagContext(tagsOf(state, call.caller.account, instanceId));
      const image = imageArn(call.region, "*");
      const snapshot = snapshotArn(call.region, "*");
      return [
        ownCheck(call, ec2Arn(call, `instance/${instanceId}`), instanceTags),
        ownCheck(call, image, requestTagContext(tags.image)),
        ownCheck(call, snapshot, requestTagContext(tags.snapshot)),
        ...tagOnCreateCheck(call, image, tags.image),
        ...tagOnCreateCheck(call, snapshot, tags.snapshot),
      ];
    },
    run: (call, cloud) => run(state, call, cloud),
  });
}

function run(state: Ec2State, call: Call, cloud: Cloud): JsonObject {
  const { account } = call.caller;
  const instance = sourceInstance(state, requiredText(call.input, "InstanceId"), account, call.region);
  const name = newImageName(state, call.input, account, call.region);
  flag(call.input, "NoReboot");
  const tags = readTagSpecifications(call.input, ["image", "snapshot"]);
  const imageId = newId("ami");
  const devices = attachedVolumes(state, instance).map((volume) => {
    const snapshot = startSnapshot(state, cloud, volume, {
      description: `Created by CreateImage(${instance.instanceId}) for ${imageId}`,
      tags: tags.snapshot,
      imageId,
    });
    return deviceOf(volume, snapshot.snapshotId);
  });
  const image: Image = {
    imageId,
    region: call.region,
    owner: account,
    name,
    description: text(call.input, "Description"),
    traits: instance.traits,
    devices,
    creationDate: cloud.clock.now().toISOString(),
    sourceInstanceId: instance.instanceId,
    public: false,
    launchPermissions: [],
    state: "pending",
  };
  return register(state, image, tags.image);
}

function register(state: Ec2State, image: Image, tags: Tags): JsonObject {
  setTags(state, image.owner, image.imageId, tags);
  put(state.images, image.imageId, image);
  return { imageId: image.imageId };
}

function sourceInstance(state: Ec2State, instanceId: string, account: string, region: string): Instance {
  checkId("instance", instanceId);
  const instance = state.instances[instanceId];
  if (instance?.owner !== account || instance.region !== region) throw notFound("instance", instanceId);
  if (instance.state !== "running" && instance.state !== "stopped") {
    throw new AwsError(
      "InvalidParameterValue",
      `Instance is not in state 'running' or 'stopped': ${instanceId}`,
    );
  }
  return instance;
}

/** The volumes of an instance, root first, then by device name. */
function attachedVolumes(state: Ec2State, instance: Instance): readonly Volume[] {
  const rank = (volume: Volume): string => {
    const device = volume.attachment?.deviceName ?? "";
    return device === instance.traits.rootDeviceName ? "" : device;
  };
  return Object.values(state.volumes)
    .filter((volume) => volume.attachment?.instanceId === instance.instanceId)
    .sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
}

function deviceOf(volume: Volume, snapshotId: string): ImageDevice {
  return {
    deviceName: volume.attachment?.deviceName ?? "",
    ebs: {
      snapshotId,
      volumeSize: volume.size,
      volumeType: volume.volumeType,
      iops: volume.iops,
      throughput: volume.throughput,
      deleteOnTermination: volume.attachment?.deleteOnTermination ?? true,
      encrypted: volume.keyArn !== undefined,
    },
  };
}
