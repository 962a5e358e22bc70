import type { LaunchTemplateBlockDeviceMappings } from "@cdktf/provider-aws/lib/launch-template";
import type { EncryptedDevices } from "./encrypted-launch-template";

/** What a launch changes of one volume of the image; what is left out is as the image has it. */
export interface VolumeOverride {
  /** `gp3`, `io2`, ... */
  readonly type?: string;
  /** Never smaller than the snapshot. */
  readonly sizeGiB?: number;
  /** I/O operations per second, of the volume types that take a number. */
  readonly iops?: number;
  /** MiB/s. */
  readonly throughput?: number;
  /** Whether the volume is deleted with its instance. */
  readonly deleteOnTermination?: boolean;
}

/** By device name of the image: `/dev/xvda`. */
export type VolumeOverrides = Readonly<Record<string, VolumeOverride>>;

/** The block device mappings of a launch template: each device once, with its key, its changes, or both. */
export function blockDevices(
  encrypted: EncryptedDevices | undefined,
  volumes: VolumeOverrides,
): LaunchTemplateBlockDeviceMappings[] {
  const devices = new Set([...(encrypted?.deviceNames ?? []), ...Object.keys(volumes)]);
  return [...devices].map((deviceName) => ({
    deviceName,
    ebs: {
      ...(encrypted?.deviceNames.includes(deviceName) === true
        ? { encrypted: "true", kmsKeyId: encrypted.key.keyArn }
        : {}),
      ...changes(volumes[deviceName] ?? {}),
    },
  }));
}

function changes({ type, sizeGiB, iops, throughput, deleteOnTermination }: VolumeOverride) {
  return {
    ...(type === undefined ? {} : { volumeType: type }),
    ...(sizeGiB === undefined ? {} : { volumeSize: sizeGiB }),
    ...(iops === undefined ? {} : { iops }),
    ...(throughput === undefined ? {} : { throughput }),
    ...(deleteOnTermination === undefined ? {} : { deleteOnTermination: String(deleteOnTermination) }),
  };
}
