import { snapshotArn } from "@keyferry/common";
import { workKind } from "../../../background";
import type { AccessCheck, Call, Caller, Cloud, JsonObject } from "../../../contract";
import { ec2Arn, ownCheck, requestTagContext, snapshotCheck, tagOnCreateCheck } from "../access";
import { remember, remembered } from "../answers";
import { visibleSnapshot } from "../catalogue";
import { volumeKeyPlan, volumeRefusal, type VolumeKeyPlan } from "../encryption/volume-keys";
import { newId } from "../ids";
import { flag, missingParameter, requiredText, text, whole } from "../input";
import { ec2Operation } from "../operation";
import type { Ec2State, Volume } from "../state";
import { forgetTags, readTagSpecifications, setTags, tagsOf } from "../tags/tags";
import { LAUNCH_KEY_SECONDS } from "../throughput";
import { planVolume } from "./plan";
import { volumeAnswer } from "./wire";

const FILL = workKind<{ readonly caller: Caller; readonly plan: VolumeKeyPlan }>("ec2:fill-volume");

/** CreateVolume. Keys are checked after it has returned: a volume whose keys may not be used disappears again. */
export function createVolume(state: Ec2State) {
  return ec2Operation({
    parameters: [
      "AvailabilityZone",
      "Size",
      "SnapshotId",
      "VolumeType",
      "Iops",
      "Throughput",
      "Encrypted",
      "KmsKeyId",
      "TagSpecification",
      "ClientToken",
    ],
    checks: (call) => checks(state, call),
    run: (call, cloud) => run(state, call, cloud),
  });
}

/** The volume and its snapshot. Source: service authorization reference, "Amazon EC2", CreateVolume. */
function checks(state: Ec2State, call: Call): readonly AccessCheck[] {
  const { volume: tags } = readTagSpecifications(call.input, ["volume"]);
  const { account } = call.caller;
  const volume = ec2Arn(call, "volume/*");
  const id = text(call.input, "SnapshotId");
  const snapshot =
    id === undefined
      ? []
      : [
          {
            ...snapshotCheck(
              call,
              id,
              visibleSnapshot(state, id, account, call.region),
              tagsOf(state, account, id),
            ),
            resource: snapshotArn(call.region, id),
          },
        ];
  return [
    ownCheck(call, volume, {
      "ec2:Encrypted": String(flag(call.input, "Encrypted") === true),
      ...requestTagContext(tags),
    }),
    ...snapshot,
    ...tagOnCreateCheck(call, volume, tags),
  ];
}

function run(state: Ec2State, call: Call, cloud: Cloud): JsonObject {
  const { account } = call.caller;
  const [earlier] = remembered(state, call) ?? [];
  const made = earlier === undefined ? undefined : state.volumes[earlier];
  if (made !== undefined) return volumeAnswer(made, tagsOf(state, account, made.volumeId));
  const availabilityZone = requiredText(call.input, "AvailabilityZone");
  const { volume: tags } = readTagSpecifications(call.input, ["volume"]);
  if (text(call.input, "Size") === undefined && text(call.input, "SnapshotId") === undefined) {
    throw missingParameter("size or snapshotId");
  }
  const plan = planVolume(state, cloud, account, call.region, {
    deviceName: "",
    noDevice: false,
    snapshotId: text(call.input, "SnapshotId"),
    volumeSize: whole(call.input, "Size"),
    volumeType: text(call.input, "VolumeType") ?? "gp2",
    iops: whole(call.input, "Iops"),
    throughput: whole(call.input, "Throughput"),
    encrypted: flag(call.input, "Encrypted"),
    kmsKeyId: text(call.input, "KmsKeyId"),
  });
  const volume: Volume = {
    volumeId: newId("vol"),
    region: call.region,
    owner: account,
    availabilityZone,
    size: plan.size,
    dataBytes: plan.dataBytes,
    volumeType: plan.volumeType,
    iops: plan.iops,
    throughput: plan.throughput,
    snapshotId: plan.snapshot?.snapshotId,
    keyArn: typeof plan.key === "string" ? undefined : plan.key.arn,
    createTime: cloud.clock.now().toISOString(),
    state: "creating",
  };
  state.volumes[volume.volumeId] = volume;
  setTags(state, account, volume.volumeId, tags);
  remember(state, call, [volume.volumeId]);
  FILL.later(cloud.clock, LAUNCH_KEY_SECONDS, {
    caller: call.caller,
    plan: volumeKeyPlan(plan, volume.volumeId, account),
  });
  return volumeAnswer(volume, tags);
}

/** Registers the creation of volumes with the clock: a volume whose keys may not be used disappears. */
export function handleNewVolumes(state: Ec2State, cloud: Cloud): void {
  FILL.handle(cloud.clock, async ({ caller, plan }) => {
    const refusal = await volumeRefusal(cloud, caller, [plan]);
    const volume = state.volumes[plan.volumeId];
    if (volume === undefined) return;
    if (refusal === undefined) {
      volume.state = "available";
      return;
    }
    delete state.volumes[volume.volumeId];
    forgetTags(state, volume.volumeId);
  });
}
