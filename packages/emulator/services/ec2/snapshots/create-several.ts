/** CreateSnapshots: the volumes of an instance at one moment. Source: EC2 API reference, "CreateSnapshots". */
import { snapshotArn } from "@keyferry/common";
import type { AccessCheck, Call, Cloud, JsonObject, Operation } from "../../../contract";
import { ec2Arn, ownCheck, requestTagContext, tagContext, tagOnCreateCheck } from "../access";
import { flag, invalidValue, object, requiredText, text, texts } from "../input";
import { ownInstance, volumesOf } from "../instances/lifecycle";
import { ec2Operation } from "../operation";
import { refuseSnapshotBeyond } from "../quotas";
import type { Ec2State, Volume } from "../state";
import { readTagSpecifications, tagSet, tagsOf, type Tags } from "../tags/tags";
import { startSnapshot } from "./create";
import { snapshotAnswer } from "./wire";

export function createSnapshots(state: Ec2State): Operation {
  return ec2Operation({
    parameters: ["InstanceSpecification", "Description", "TagSpecification", "CopyTagsFromSource"],
    checks: (call) => checks(state, call),
    run: (call, cloud) => run(state, call, cloud),
  });
}

function checks(state: Ec2State, call: Call): readonly AccessCheck[] {
  const { account } = call.caller;
  const instanceId = requiredText(object(call.input, "InstanceSpecification"), "InstanceId");
  const { snapshot: given } = readTagSpecifications(call.input, ["snapshot"]);
  const volumes = Object.hasOwn(state.instances, instanceId) ? chosenVolumes(state, call) : [];
  const snapshot = snapshotArn(call.region, "*");
  const tags = volumes.reduce<Tags>((all, volume) => ({ ...all, ...tagsFor(state, call, volume) }), given);
  return [
    ownCheck(call, ec2Arn(call, `instance/${instanceId}`), tagContext(tagsOf(state, account, instanceId))),
    ...volumes.map(({ volumeId }) =>
      ownCheck(call, ec2Arn(call, `volume/${volumeId}`), tagContext(tagsOf(state, account, volumeId))),
    ),
    ownCheck(call, snapshot, requestTagContext(tags)),
    ...tagOnCreateCheck(call, snapshot, tags),
  ];
}

/** The instance's volumes, except excluded ones. @throws InvalidInstanceID.NotFound */
function chosenVolumes(state: Ec2State, call: Call): readonly Volume[] {
  const specification = object(call.input, "InstanceSpecification");
  const instance = ownInstance(state, call, requiredText(specification, "InstanceId"));
  const withoutRoot = flag(specification, "ExcludeBootVolume") === true;
  const excluded = texts(specification, "ExcludeDataVolumeId");
  return volumesOf(state, instance)
    .filter(({ attachment }) => !withoutRoot || attachment?.deviceName !== instance.traits.rootDeviceName)
    .filter(({ volumeId }) => !excluded.includes(volumeId));
}

/** The call's tags, which override the volume's own tags where these are copied. */
function tagsFor(state: Ec2State, call: Call, { volumeId }: Volume): Tags {
  const { snapshot: given } = readTagSpecifications(call.input, ["snapshot"]);
  const source = text(call.input, "CopyTagsFromSource");
  if (source !== undefined && source !== "volume") throw invalidValue("CopyTagsFromSource", source);
  const copied = Object.entries(source === undefined ? {} : tagsOf(state, call.caller.account, volumeId));
  return { ...Object.fromEntries(copied.filter(([key]) => !key.startsWith("aws:"))), ...given };
}

function run(state: Ec2State, call: Call, cloud: Cloud): JsonObject {
  const description = text(call.input, "Description") ?? "";
  const volumes = chosenVolumes(state, call);
  const snapshotSet = volumes.map((volume) => {
    refuseSnapshotBeyond(state, call.caller.account, call.region);
    const tags = tagsFor(state, call, volume);
    const { status, ...snapshot } = snapshotAnswer(
      startSnapshot(state, cloud, volume, { description, tags }),
      tags,
    );
    return { ...snapshot, state: status, tagSet: tagSet(tags) };
  });
  return { snapshotSet };
}
