import { snapshotArn } from "../../../../core/arn";
import type { AccessCheck, Call, Cloud, JsonObject } from "../../../contract";
import { ec2Arn, ownCheck, requestTagContext, snapshotCheck, tagOnCreateCheck } from "../access";
import { remember, remembered } from "../answers";
import { visibleSnapshot } from "../catalogue";
import { currentKey, firstRefusal, volumeNeeds } from "../encryption/needs";
import { newId } from "../ids";
import { flag, missingParameter, requiredText, text, whole } from "../input";
import { ec2Operation } from "../operation";
import type { Ec2State, Volume } from "../state";
import { forgetTags, readTagSpecifications, setTags, tagsOf } from "../tags/tags";
import { LAUNCH_KEY_SECONDS } from "../throughput";
import { planVolume, type PlannedVolume } from "./plan";
import { volumeAnswer } from "./wire";

/** CreateVolume. Keys are asked for after it has answered: a volume that may not have one is gone again. */
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
  fill(state, call, cloud, volume, plan);
  return volumeAnswer(volume, tags);
}

function fill(state: Ec2State, call: Call, cloud: Cloud, volume: Volume, plan: PlannedVolume): void {
  cloud.clock.after(LAUNCH_KEY_SECONDS, async () => {
    const allowed = await mayUseKeys(call, cloud, volume, plan);
    if (state.volumes[volume.volumeId] === undefined) return;
    if (allowed) {
      volume.state = "available";
      return;
    }
    delete state.volumes[volume.volumeId];
    forgetTags(state, volume.volumeId);
  });
}

async function mayUseKeys(call: Call, cloud: Cloud, volume: Volume, plan: PlannedVolume): Promise<boolean> {
  const { snapshot, key } = plan;
  const snapshotKey = snapshot?.keyArn === undefined ? undefined : currentKey(cloud, snapshot.keyArn);
  if (key === "unknown" || (snapshot?.keyArn !== undefined && snapshotKey === undefined)) return false;
  const wanted = volumeNeeds({
    volumeId: volume.volumeId,
    volumeKey: key === "none" ? undefined : key,
    snapshotId: snapshot?.snapshotId,
    snapshotKey,
    ownSnapshot: snapshot?.owner === volume.owner,
  });
  return (await firstRefusal(cloud, call.caller, wanted)) === undefined;
}
