import type { Call, JsonObject } from "../../../contract";
import { anyResource } from "../access";
import { checkId, notFound } from "../errors";
import { applyFilters, type FilterTable } from "../filters";
import { texts } from "../input";
import { ec2Operation } from "../operation";
import { page } from "../pages";
import type { Ec2State, Volume } from "../state";
import { tagSet, tagsOf, type Tags } from "../tags/tags";

const FILTERS: FilterTable<Volume> = {
  "attachment.delete-on-termination": (volume) => [volume.attachment?.deleteOnTermination.toString()],
  "attachment.device": (volume) => [volume.attachment?.deviceName],
  "attachment.instance-id": (volume) => [volume.attachment?.instanceId],
  "availability-zone": (volume) => [volume.availabilityZone],
  encrypted: (volume) => [String(volume.keyArn !== undefined)],
  size: (volume) => [String(volume.size)],
  "snapshot-id": (volume) => [volume.snapshotId],
  status: (volume) => [volume.state],
  "volume-id": (volume) => [volume.volumeId],
  "volume-type": (volume) => [volume.volumeType],
};

/** DescribeVolumes. */
export function describeVolumes(state: Ec2State) {
  return ec2Operation({
    parameters: ["VolumeId", "Filter", "MaxResults", "NextToken"],
    checks: anyResource,
    run: (call) => answer(state, call),
  });
}

function answer(state: Ec2State, call: Call): JsonObject {
  const { account } = call.caller;
  const own = Object.values(state.volumes).filter(
    (item) => item.owner === account && item.region === call.region,
  );
  const ids = texts(call.input, "VolumeId");
  for (const id of ids) checkId("volume", id);
  const missing = ids.filter((id) => !own.some((volume) => volume.volumeId === id));
  if (missing.length > 0) throw notFound("volume", ...missing);
  const wanted = own.filter((volume) => ids.length === 0 || ids.includes(volume.volumeId));
  const ownTags = (volume: Volume): Tags => tagsOf(state, account, volume.volumeId);
  const { items, nextToken } = page(applyFilters(wanted, call.input, FILTERS, ownTags), call.input);
  return { volumeSet: items.map((volume) => volumeAnswer(volume, ownTags(volume))), nextToken };
}

function volumeAnswer(volume: Volume, tags: Tags): JsonObject {
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
    attachmentSet:
      attachment === undefined
        ? []
        : [
            {
              volumeId: volume.volumeId,
              instanceId: attachment.instanceId,
              device: attachment.deviceName,
              status: volume.state === "creating" ? "attaching" : "attached",
              attachTime: attachment.attachTime,
              deleteOnTermination: attachment.deleteOnTermination,
            },
          ],
    tagSet: tagSet(tags),
  };
}
