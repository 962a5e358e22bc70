/** ModifyVolume and DescribeVolumesModifications. Source: EBS user guide, "Modify a volume". */
import { workKind } from "../../../background";
import type { Call, Cloud, JsonObject, Operation } from "../../../contract";
import { AwsError } from "../../../contract";
import { anyResource, ec2Arn, ownCheck, tagContext } from "../access";
import { applyFilters, type FilterTable } from "../filters";
import { requiredText, text, texts, whole } from "../input";
import { ec2Operation } from "../operation";
import { page } from "../pages";
import type { Ec2State, Volume, VolumeModification, VolumeShape } from "../state";
import { tagsOf } from "../tags/tags";
import { MODIFY_SECONDS } from "../throughput";
import { ownVolume } from "./own";
import { modificationAnswer } from "./wire";

const END_MODIFICATION = workKind<{ readonly volumeId: string }>("ec2:end-modification");

interface Modified {
  readonly volume: Volume;
  readonly modification: VolumeModification;
}

/** Every filter of the EC2 API reference, "DescribeVolumesModifications". */
const FILTERS: FilterTable<Modified> = {
  "modification-state": ({ modification }) => [modification.state],
  "original-iops": ({ modification }) => [modification.original.iops?.toString()],
  "original-size": ({ modification }) => [String(modification.original.size)],
  "original-volume-type": ({ modification }) => [modification.original.volumeType],
  originalMultiAttachEnabled: () => ["false"],
  "start-time": ({ modification }) => [modification.startTime],
  "target-iops": ({ modification }) => [modification.target.iops?.toString()],
  "target-size": ({ modification }) => [String(modification.target.size)],
  "target-volume-type": ({ modification }) => [modification.target.volumeType],
  targetMultiAttachEnabled: () => ["false"],
  "volume-id": ({ volume }) => [volume.volumeId],
};

export function modificationOperations(state: Ec2State): Readonly<Record<string, Operation>> {
  return {
    ModifyVolume: ec2Operation({
      parameters: ["VolumeId", "Size", "VolumeType", "Iops", "Throughput"],
      checks: (call) => {
        const id = requiredText(call.input, "VolumeId");
        return [
          ownCheck(call, ec2Arn(call, `volume/${id}`), tagContext(tagsOf(state, call.caller.account, id))),
        ];
      },
      run: (call, cloud) => modify(state, call, cloud),
    }),
    DescribeVolumesModifications: ec2Operation({
      parameters: ["VolumeId", "Filter", "MaxResults", "NextToken"],
      checks: anyResource,
      run: (call) => describe(state, call),
    }),
  };
}

/** @throws InvalidParameterValue for a smaller size, IncorrectModificationState while an earlier change is in progress */
function modify(state: Ec2State, call: Call, cloud: Cloud): JsonObject {
  const volume = ownVolume(state, call, requiredText(call.input, "VolumeId"));
  const original = shapeOf(volume);
  const target: VolumeShape = {
    size: whole(call.input, "Size") ?? original.size,
    volumeType: text(call.input, "VolumeType") ?? original.volumeType,
    iops: whole(call.input, "Iops") ?? original.iops,
    throughput: whole(call.input, "Throughput") ?? original.throughput,
  };
  if (target.size < original.size) {
    throw new AwsError("InvalidParameterValue", "New size cannot be smaller than existing size");
  }
  if (volume.modification !== undefined && volume.modification.state !== "completed") {
    throw new AwsError(
      "IncorrectModificationState",
      `Cannot modify volume ${volume.volumeId}: it is currently being modified.`,
    );
  }
  const modification: VolumeModification = {
    original,
    target,
    startTime: cloud.clock.now().toISOString(),
    state: "modifying",
    progress: 0,
  };
  volume.modification = modification;
  END_MODIFICATION.later(cloud.clock, MODIFY_SECONDS, { volumeId: volume.volumeId });
  return { volumeModification: modificationAnswer(volume.volumeId, modification) };
}

/** Registers the end of a modification with the clock; a volume has one at a time. */
export function handleModifications(state: Ec2State, { clock }: Cloud): void {
  END_MODIFICATION.handle(clock, ({ volumeId }) => {
    const volume = state.volumes[volumeId];
    if (volume?.modification === undefined) return;
    Object.assign(volume, volume.modification.target);
    Object.assign(volume.modification, {
      state: "completed",
      progress: 100,
      endTime: clock.now().toISOString(),
    });
  });
}

function shapeOf({ size, volumeType, iops, throughput }: Volume): VolumeShape {
  return { size, volumeType, iops, throughput };
}

function describe(state: Ec2State, call: Call): JsonObject {
  const ids = texts(call.input, "VolumeId");
  const volumes =
    ids.length > 0
      ? ids.map((id) => ownVolume(state, call, id))
      : Object.values(state.volumes).filter(
          (volume) => volume.owner === call.caller.account && volume.region === call.region,
        );
  const all = volumes.flatMap((volume) =>
    volume.modification === undefined ? [] : [{ volume, modification: volume.modification }],
  );
  const { items, nextToken } = page(
    applyFilters(all, call.input, FILTERS, () => ({})),
    call.input,
  );
  return {
    volumeModificationSet: items.map(({ volume, modification }) =>
      modificationAnswer(volume.volumeId, modification),
    ),
    nextToken,
  };
}
