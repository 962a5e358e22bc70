import type { Call, JsonObject } from "../../../contract";
import { anyResource } from "../access";
import { checkId, notFound } from "../errors";
import { applyFilters, neverMatching, type FilterTable } from "../filters";
import { texts } from "../input";
import { ec2Operation } from "../operation";
import { page } from "../pages";
import type { Ec2State, Volume } from "../state";
import { tagsOf, type Tags } from "../tags/tags";
import { attachmentStatus, volumeAnswer } from "./wire";

/** Every filter of the EC2 API reference, "DescribeVolumes". */
const FILTERS: FilterTable<Volume> = {
  ...neverMatching(["operator.principal", "availability-zone-id"]),
  "attachment.attach-time": (volume) => [volume.attachment?.attachTime],
  "attachment.delete-on-termination": (volume) => [volume.attachment?.deleteOnTermination.toString()],
  "attachment.device": (volume) => [volume.attachment?.deviceName],
  "attachment.instance-id": (volume) => [volume.attachment?.instanceId],
  "attachment.status": (volume) => [
    volume.attachment === undefined ? undefined : attachmentStatus(volume, volume.attachment),
  ],
  "availability-zone": (volume) => [volume.availabilityZone],
  "create-time": (volume) => [volume.createTime],
  encrypted: (volume) => [String(volume.keyArn !== undefined)],
  "fast-restored": () => ["false"],
  "multi-attach-enabled": () => ["false"],
  "operator.managed": () => ["false"],
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
  const isOwn = (volume: Volume | undefined): volume is Volume =>
    volume?.owner === account && volume.region === call.region;
  const ids = [...new Set(texts(call.input, "VolumeId"))];
  for (const id of ids) checkId("volume", id);
  const missing = ids.filter((id) => !isOwn(state.volumes[id]));
  if (missing.length > 0) throw notFound("volume", ...missing);
  const wanted = ids.length > 0 ? ids.map((id) => state.volumes[id]) : Object.values(state.volumes);
  const ownTags = (volume: Volume): Tags => tagsOf(state, account, volume.volumeId);
  const { items, nextToken } = page(
    applyFilters(wanted.filter(isOwn), call.input, FILTERS, ownTags),
    call.input,
  );
  return { volumeSet: items.map((volume) => volumeAnswer(volume, ownTags(volume))), nextToken };
}
