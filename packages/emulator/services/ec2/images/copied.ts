/** What CopyImage creates: records that are still pending. */
import type { Call, Cloud } from "../../../contract";
import type { CopyKey } from "../encryption/copy-key";
import { newId } from "../ids";
import { text } from "../input";
import { originVolume } from "../snapshots/incremental";
import type { Pace } from "../snapshots/time-based";
import type { Image, Snapshot } from "../state";

/** The initial state of a copy's snapshot. */
export function copiedSnapshot(
  call: Call,
  cloud: Cloud,
  imageId: string,
  image: Image,
  source: Snapshot,
  key: CopyKey,
  pace?: Pace,
): Snapshot {
  const now = cloud.clock.now();
  const task = now.getTime().toLocaleString("en-US");
  return {
    snapshotId: newId("snap"),
    region: call.region,
    owner: call.caller.account,
    volumeId: "vol-ffffffff",
    volumeSize: source.volumeSize,
    dataBytes: source.dataBytes,
    description: `Copied for DestinationAmi ${imageId} from SourceAmi ${image.imageId} for SourceSnapshot ${source.snapshotId}. Task created on ${task}.`,
    startTime: now.toISOString(),
    keyArn: key,
    public: false,
    createVolumePermissions: [],
    state: "pending",
    progress: 0,
    copiedFrom: { snapshotId: source.snapshotId, region: source.region, forImage: imageId },
    originVolumeId: originVolume(source),
    ...pace,
  };
}

/** The copy keeps the image's properties; permissions and other accounts' tags are not copied. */
export function copiedImage(
  call: Call,
  cloud: Cloud,
  imageId: string,
  name: string,
  source: Image,
  copies: readonly Snapshot[],
): Image {
  const remaining = [...copies];
  const devices = source.devices.map((device) => {
    const copy = device.ebs?.snapshotId === undefined ? undefined : remaining.shift();
    if (device.ebs === undefined || copy === undefined) return device;
    return {
      ...device,
      ebs: { ...device.ebs, snapshotId: copy.snapshotId, encrypted: copy.keyArn !== undefined },
    };
  });
  return {
    imageId,
    region: call.region,
    owner: call.caller.account,
    name,
    description: text(call.input, "Description"),
    traits: source.traits,
    devices,
    creationDate: cloud.clock.now().toISOString(),
    sourceImageId: source.imageId,
    sourceImageRegion: source.region,
    public: false,
    launchPermissions: [],
    state: "pending",
  };
}
