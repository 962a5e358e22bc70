/** Which volumes a launch creates and the key of each; what EC2 refuses immediately. */
import { AWS_TEXTS } from "@keyferry/common";
import type { Cloud, KeyView } from "../../../contract";
import { AwsError } from "../../../contract";
import { anySnapshot, visibleSnapshot } from "../catalogue";
import { defaultKey, ebsDefaults } from "../encryption/defaults";
import { currentKey } from "../encryption/needs";
import { missingParameter } from "../input";
import { notFound } from "../errors";
import type { DeviceRequest } from "../instances/specification";
import type { Ec2State, Image, Snapshot } from "../state";
import { BLANK_VOLUME_FILL, GIB } from "../throughput";

/** A volume to be created. */
export interface PlannedVolume {
  readonly deviceName: string;
  readonly size: number;
  readonly dataBytes: number;
  readonly volumeType: string;
  readonly iops?: number;
  readonly throughput?: number;
  readonly deleteOnTermination: boolean;
  readonly snapshot?: Snapshot;
  /** `unknown`: the named or default key does not exist; the launch fails later. */
  readonly key: KeyView | "none" | "unknown";
}

/** EC2's defaults for a gp3 volume. */
const GP3 = { iops: 3000, throughput: 125 };

/** The image's devices with the launch's changes. @throws InvalidBlockDeviceMapping, InvalidSnapshot.NotFound */
export function planVolumes(
  state: Ec2State,
  cloud: Cloud,
  image: Image,
  requests: readonly DeviceRequest[],
  account: string,
): readonly PlannedVolume[] {
  const own = new Map(requests.map((request) => [request.deviceName, request]));
  const fromImage = image.devices.flatMap((device) => {
    const change = own.get(device.deviceName);
    if (device.ebs === undefined || change?.noDevice === true) return [];
    const snapshot =
      change?.snapshotId === undefined
        ? imageSnapshot(state, device.ebs.snapshotId, image.region)
        : namedSnapshot(state, change.snapshotId, account, image.region);
    return [
      planned(
        state,
        cloud,
        account,
        { ...device.ebs, deviceName: device.deviceName },
        change,
        snapshot,
        image.region,
      ),
    ];
  });
  const added = requests
    .filter((request) => !request.noDevice && request.virtualName === undefined)
    .filter((request) => !image.devices.some((device) => device.deviceName === request.deviceName))
    .map((request) => planVolume(state, cloud, account, image.region, request));
  return [...fromImage, ...added];
}

/** One volume that does not come from an image. @throws InvalidSnapshot.NotFound, MissingParameter */
export function planVolume(
  state: Ec2State,
  cloud: Cloud,
  account: string,
  region: string,
  request: DeviceRequest,
): PlannedVolume {
  const snapshot = namedSnapshot(state, request.snapshotId, account, region);
  return planned(state, cloud, account, { deviceName: request.deviceName }, request, snapshot, region);
}

/** A launcher needs only the launch permission of the image, not a permission on its snapshots. */
function imageSnapshot(state: Ec2State, id: string | undefined, region: string): Snapshot | undefined {
  if (id === undefined) return undefined;
  const snapshot = anySnapshot(state, id, region);
  if (snapshot === undefined) throw notFound("snapshot", id);
  return snapshot;
}

function namedSnapshot(
  state: Ec2State,
  id: string | undefined,
  account: string,
  region: string,
): Snapshot | undefined {
  if (id === undefined) return undefined;
  const snapshot = visibleSnapshot(state, id, account, region);
  if (snapshot === undefined) throw notFound("snapshot", id);
  return snapshot;
}

type Base = Partial<DeviceRequest> & { readonly deviceName: string };

function planned(
  state: Ec2State,
  cloud: Cloud,
  account: string,
  base: Base,
  change: DeviceRequest | undefined,
  snapshot: Snapshot | undefined,
  region: string,
): PlannedVolume {
  const size = change?.volumeSize ?? base.volumeSize ?? snapshot?.volumeSize;
  if (size === undefined) throw missingParameter("size or snapshotId");
  if (snapshot !== undefined && size < snapshot.volumeSize) {
    throw new AwsError(
      "InvalidBlockDeviceMapping",
      `Volume of size ${size}GB is smaller than snapshot '${snapshot.snapshotId}', expect size >= ${snapshot.volumeSize}GB`,
    );
  }
  refuseEncryption(change, snapshot);
  const volumeType = change?.volumeType ?? base.volumeType ?? "gp3";
  const kept = volumeType === base.volumeType ? base : undefined;
  return {
    deviceName: base.deviceName,
    size,
    dataBytes: snapshot?.dataBytes ?? size * GIB * BLANK_VOLUME_FILL,
    volumeType,
    iops: change?.iops ?? kept?.iops ?? (volumeType === "gp3" ? GP3.iops : undefined),
    throughput: change?.throughput ?? kept?.throughput ?? (volumeType === "gp3" ? GP3.throughput : undefined),
    deleteOnTermination: change?.deleteOnTermination ?? base.deleteOnTermination ?? true,
    snapshot,
    key: volumeKey(
      state,
      cloud,
      account,
      region,
      { kmsKeyId: change?.kmsKeyId, encrypted: change?.encrypted ?? base.encrypted },
      snapshot,
    ),
  };
}

function refuseEncryption(change: DeviceRequest | undefined, snapshot: Snapshot | undefined): void {
  if (change?.kmsKeyId !== undefined && change.encrypted !== true) {
    throw new AwsError(
      "InvalidParameterDependency",
      "The parameter KmsKeyId requires the parameter Encrypted to be set.",
    );
  }
  if (change?.encrypted === false && snapshot?.keyArn !== undefined) {
    throw new AwsError(
      "InvalidParameter",
      `Snapshot ${snapshot.snapshotId} is encrypted; an unencrypted volume cannot be created from it.`,
    );
  }
}

/**
 * The named key; otherwise the key of an own snapshot; otherwise the EBS default key when the snapshot is encrypted and
 * shared, encryption is requested, or the account encrypts by default. Source: EC2 user guide, "Use encryption with
 * EBS-backed AMIs".
 */
function volumeKey(
  state: Ec2State,
  cloud: Cloud,
  account: string,
  region: string,
  wanted: Pick<DeviceRequest, "kmsKeyId" | "encrypted">,
  snapshot: Snapshot | undefined,
): PlannedVolume["key"] {
  if (wanted.kmsKeyId !== undefined) {
    const named = cloud.keys.find(wanted.kmsKeyId, account, region);
    return named?.region === region && named.symmetric ? named : "unknown";
  }
  if (snapshot?.keyArn !== undefined && snapshot.owner === account) {
    return currentKey(cloud, snapshot.keyArn) ?? "unknown";
  }
  const encrypt =
    snapshot?.keyArn !== undefined ||
    wanted.encrypted === true ||
    ebsDefaults(state, account, region).encryptByDefault;
  return encrypt ? (defaultKey(state, cloud, account, region) ?? "unknown") : "none";
}

/** Why a launch fails when its keys cannot be used. */
export const LAUNCH_FAILURES = {
  access: { code: "Client.InternalError", message: AWS_TEXTS.launchFailed },
  state: {
    code: "Client.InvalidKMSKey.InvalidState",
    message: "Client.InvalidKMSKey.InvalidState: The KMS key provided is in an incorrect state",
  },
} as const;
