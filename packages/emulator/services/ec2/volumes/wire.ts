import type { JsonObject } from "../../../contract";
import type { Attachment, Volume, VolumeModification } from "../state";
import { tagSet, type Tags } from "../tags/tags";

/** A volume as DescribeVolumes lists it. */
export function volumeAnswer(volume: Volume, tags: Tags): JsonObject {
  const { attachment } = volume;
  return {
    volumeId: volume.volumeId,
    size: volume.size,
    snapshotId: volume.snapshotId ?? "",
    availabilityZone: volume.availabilityZone,
    status: volume.state,
    createTime: volume.createTime,
    volumeType: volume.volumeType,
    iops: volume.iops,
    throughput: volume.throughput,
    encrypted: volume.keyArn !== undefined,
    kmsKeyId: volume.keyArn,
    multiAttachEnabled: false,
    attachmentSet: attachment === undefined ? [] : [attachmentAnswer(volume, attachment)],
    tagSet: tagSet(tags),
  };
}

export function attachmentStatus(volume: Volume, attachment: Attachment): string {
  return volume.state === "creating" ? "attaching" : (attachment.status ?? "attached");
}

/** In the form of AttachVolume, DetachVolume and DescribeVolumes. */
export function attachmentAnswer(volume: Volume, attachment: Attachment): JsonObject {
  return {
    volumeId: volume.volumeId,
    instanceId: attachment.instanceId,
    device: attachment.deviceName,
    status: attachmentStatus(volume, attachment),
    attachTime: attachment.attachTime,
    deleteOnTermination: attachment.deleteOnTermination,
  };
}

export function modificationAnswer(volumeId: string, modification: VolumeModification): JsonObject {
  const { original, target } = modification;
  return {
    volumeId,
    modificationState: modification.state,
    targetSize: target.size,
    targetIops: target.iops,
    targetVolumeType: target.volumeType,
    targetThroughput: target.throughput,
    targetMultiAttachEnabled: false,
    originalSize: original.size,
    originalIops: original.iops,
    originalVolumeType: original.volumeType,
    originalThroughput: original.throughput,
    originalMultiAttachEnabled: false,
    progress: modification.progress,
    startTime: modification.startTime,
    endTime: modification.endTime,
  };
}
