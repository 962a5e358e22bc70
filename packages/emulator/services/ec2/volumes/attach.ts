/** AttachVolume, DetachVolume, DeleteVolume. Source: EC2 API reference, "Error codes". */
import { workKind } from "../../../background";
import type { AccessCheck, Call, Caller, Cloud, JsonObject, Operation } from "../../../contract";
import { AwsError } from "../../../contract";
import { ec2Arn, ownCheck, tagContext } from "../access";
import { attachNeeds, currentKey, firstRefusal } from "../encryption/needs";
import { incorrectState } from "../errors";
import { requiredText, text } from "../input";
import { ownInstance } from "../instances/lifecycle";
import { DONE, ec2Operation } from "../operation";
import type { Attachment, Ec2State, Instance, Volume } from "../state";
import { forgetTags, tagsOf } from "../tags/tags";
import { ATTACH_SECONDS } from "../throughput";
import { ownVolume } from "./own";
import { attachmentAnswer } from "./wire";

const ATTACH = workKind<{ readonly caller: Caller; readonly volumeId: string }>("ec2:attach-volume");
const DETACH = workKind<{ readonly volumeId: string }>("ec2:detach-volume");

export function attachmentOperations(state: Ec2State): Readonly<Record<string, Operation>> {
  return {
    AttachVolume: ec2Operation({
      parameters: ["VolumeId", "InstanceId", "Device"],
      checks: (call) => [
        ...onVolume(state, call),
        ...onInstance(state, call, requiredText(call.input, "InstanceId")),
      ],
      run: (call, cloud) => attach(state, call, cloud),
    }),
    DetachVolume: ec2Operation({
      parameters: ["VolumeId", "InstanceId", "Device", "Force"],
      checks: (call) => {
        const instanceId = state.volumes[requiredText(call.input, "VolumeId")]?.attachment?.instanceId;
        return [
          ...onVolume(state, call),
          ...(instanceId === undefined ? [] : onInstance(state, call, instanceId)),
        ];
      },
      run: (call, cloud) => detach(state, call, cloud),
    }),
    DeleteVolume: ec2Operation({
      parameters: ["VolumeId"],
      checks: (call) => onVolume(state, call),
      run: (call) => remove(state, call),
    }),
  };
}

function onVolume(state: Ec2State, call: Call): readonly AccessCheck[] {
  const id = requiredText(call.input, "VolumeId");
  return [ownCheck(call, ec2Arn(call, `volume/${id}`), tagContext(tagsOf(state, call.caller.account, id)))];
}

function onInstance(state: Ec2State, call: Call, id: string): readonly AccessCheck[] {
  return [ownCheck(call, ec2Arn(call, `instance/${id}`), tagContext(tagsOf(state, call.caller.account, id)))];
}

function attach(state: Ec2State, call: Call, cloud: Cloud): JsonObject {
  const volume = ownVolume(state, call, requiredText(call.input, "VolumeId"));
  const instance = ownInstance(state, call, requiredText(call.input, "InstanceId"));
  const deviceName = requiredText(call.input, "Device");
  refuseAttachment(state, volume, instance, deviceName);
  const attachment: Attachment = {
    instanceId: instance.instanceId,
    deviceName,
    attachTime: cloud.clock.now().toISOString(),
    deleteOnTermination: false,
    status: "attaching",
  };
  volume.attachment = attachment;
  volume.state = "in-use";
  ATTACH.later(cloud.clock, ATTACH_SECONDS, { caller: call.caller, volumeId: volume.volumeId });
  return attachmentAnswer(volume, attachment);
}

/** @throws IncorrectState, VolumeInUse, InvalidVolume.ZoneMismatch, InvalidParameterValue for a device in use */
function refuseAttachment(state: Ec2State, volume: Volume, instance: Instance, deviceName: string): void {
  const { volumeId } = volume;
  if (volume.attachment !== undefined) {
    throw new AwsError("VolumeInUse", `${volumeId} is already attached to an instance`);
  }
  if (volume.state !== "available") throw incorrectState(`${volumeId} is not 'available'.`);
  if (instance.state !== "running" && instance.state !== "stopped") {
    throw new AwsError("IncorrectState", `Instance '${instance.instanceId}' is not 'running'.`);
  }
  if (volume.availabilityZone !== instance.availabilityZone) {
    throw new AwsError(
      "InvalidVolume.ZoneMismatch",
      `The volume '${volumeId}' is not in the same availability zone as instance '${instance.instanceId}'`,
    );
  }
  const isTaken = Object.values(state.volumes).some(
    ({ attachment }) =>
      attachment?.instanceId === instance.instanceId && attachment.deviceName === deviceName,
  );
  if (!isTaken) return;
  throw new AwsError(
    "InvalidParameterValue",
    `Invalid value '${deviceName}' for unixDevice. Attachment point ${deviceName} is already in use`,
  );
}

function detach(state: Ec2State, call: Call, cloud: Cloud): JsonObject {
  const volume = ownVolume(state, call, requiredText(call.input, "VolumeId"));
  const { attachment } = volume;
  if (attachment === undefined) {
    throw incorrectState(`Volume '${volume.volumeId}' is in the '${volume.state}' state.`);
  }
  const named = text(call.input, "InstanceId") ?? attachment.instanceId;
  if (named !== attachment.instanceId) {
    throw new AwsError(
      "InvalidAttachment.NotFound",
      `The volume '${volume.volumeId}' is not attached to instance '${named}'.`,
    );
  }
  const instance = state.instances[attachment.instanceId];
  if (instance?.state === "running" && attachment.deviceName === instance.traits.rootDeviceName) {
    throw new AwsError(
      "OperationNotPermitted",
      `Unable to detach root volume '${volume.volumeId}' from instance '${instance.instanceId}'`,
    );
  }
  const leaving: Attachment = { ...attachment, status: "detaching" };
  volume.attachment = leaving;
  DETACH.later(cloud.clock, ATTACH_SECONDS, { volumeId: volume.volumeId });
  return attachmentAnswer(volume, leaving);
}

/** Registers attaching and detaching of volumes with the clock; a volume whose key may not be used is not attached. */
export function handleAttachments(state: Ec2State, cloud: Cloud): void {
  ATTACH.handle(cloud.clock, async ({ caller, volumeId }) => {
    const keyArn = state.volumes[volumeId]?.keyArn;
    const key = keyArn === undefined ? undefined : currentKey(cloud, keyArn);
    const isLost = keyArn !== undefined && key === undefined;
    const refusal = await firstRefusal(cloud, caller, attachNeeds(key, volumeId));
    const volume = state.volumes[volumeId];
    if (volume?.attachment?.status !== "attaching") return;
    if (isLost || refusal !== undefined) release(volume);
    else volume.attachment = { ...volume.attachment, status: undefined };
  });
  DETACH.handle(cloud.clock, ({ volumeId }) => {
    const volume = state.volumes[volumeId];
    if (volume?.attachment?.status === "detaching") release(volume);
  });
}

function release(volume: Volume): void {
  volume.state = "available";
  delete volume.attachment;
}

function remove(state: Ec2State, call: Call): JsonObject {
  const volume = ownVolume(state, call, requiredText(call.input, "VolumeId"));
  if (volume.attachment !== undefined) {
    throw new AwsError(
      "VolumeInUse",
      `Volume ${volume.volumeId} is currently attached to ${volume.attachment.instanceId}`,
    );
  }
  delete state.volumes[volume.volumeId];
  forgetTags(state, volume.volumeId);
  return DONE;
}
