import type { LaunchTemplateBlockDeviceMappings } from "@cdktf/provider-aws/lib/launch-template";
import type { EncryptedDevices } from "./encrypted-launch-template";

/** Changes of one volume of the image at launch. Settings that are left out have the image's values. */
export interface VolumeOverride {
  /** Volume type: `gp3`, `io2`, ... */
  readonly type?: string;
  /** Size of the volume; it cannot be smaller than the snapshot. */
  readonly sizeGiB?: number;
  /** I/O operations per second, for volume types that support the setting. */
  readonly iops?: number;
  /** Throughput in MiB/s. */
  readonly throughput?: number;
  /** Whether the volume is deleted with its instance. */
  readonly deleteOnTermination?: boolean;
}

/** Changes by device name of the image: `/dev/xvda`. */
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
