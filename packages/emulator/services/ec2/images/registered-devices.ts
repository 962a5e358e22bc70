/** The block device mapping of RegisterImage. */
import type { Call } from "../../../contract";
import { AwsError } from "../../../contract";
import { visibleSnapshot } from "../catalogue";
import { checkId, incorrectState, notFound } from "../errors";
import { missingParameter } from "../input";
import { readDevices, type DeviceRequest } from "../instances/specification";
import type { Ec2State, ImageDevice, Snapshot } from "../state";

/**
 * @throws InvalidBlockDeviceMapping without a root snapshot, for an encryption state together with a snapshot, or a
 *   size below its snapshot's; InvalidSnapshot.NotFound, IncorrectState
 */
export function readRegisteredDevices(
  state: Ec2State,
  call: Call,
  rootDeviceName: string,
): readonly ImageDevice[] {
  const devices = readDevices(call.input)
    .filter((request) => !request.noDevice)
    .map((request) => deviceOf(state, call, request));
  const root = devices.find((device) => device.deviceName === rootDeviceName);
  if (root?.ebs?.snapshotId === undefined) {
    throw new AwsError("InvalidBlockDeviceMapping", "No root snapshot specified in device mapping.");
  }
  return devices;
}

function deviceOf(state: Ec2State, call: Call, request: DeviceRequest): ImageDevice {
  const { deviceName, virtualName, snapshotId } = request;
  if (virtualName !== undefined) return { deviceName, virtualName };
  const snapshot = snapshotId === undefined ? undefined : usable(state, call, snapshotId);
  const encryption = request.encrypted !== undefined || request.kmsKeyId !== undefined;
  if (snapshot !== undefined && encryption) {
    throw new AwsError(
      "InvalidBlockDeviceMapping",
      `the encrypted flag cannot be specified since device ${deviceName} has a snapshot specified.`,
    );
  }
  const volumeSize = request.volumeSize ?? snapshot?.volumeSize;
  if (volumeSize === undefined) throw missingParameter("size or snapshotId");
  if (snapshot !== undefined && volumeSize < snapshot.volumeSize) {
    throw new AwsError(
      "InvalidBlockDeviceMapping",
      `Volume of size ${volumeSize}GB is smaller than snapshot '${snapshot.snapshotId}', expect size >= ${snapshot.volumeSize}GB`,
    );
  }
  return {
    deviceName,
    ebs: {
      snapshotId,
      volumeSize,
      volumeType: request.volumeType ?? "gp2",
      iops: request.iops,
      throughput: request.throughput,
      deleteOnTermination: request.deleteOnTermination ?? true,
      encrypted: snapshot === undefined ? request.encrypted === true : snapshot.keyArn !== undefined,
    },
  };
}

/** A snapshot of another account must be copied first: AWS's behaviour for this case is not documented. */
function usable(state: Ec2State, call: Call, snapshotId: string): Snapshot {
  checkId("snapshot", snapshotId);
  const snapshot = visibleSnapshot(state, snapshotId, call.caller.account, call.region);
  if (snapshot === undefined) throw notFound("snapshot", snapshotId);
  if (snapshot.owner !== call.caller.account) {
    throw new AwsError(
      "UnsupportedOperation",
      `The rehearsal cloud does not register images of other accounts' snapshots; copy ${snapshotId} first.`,
    );
  }
  if (snapshot.state !== "completed" || snapshot.storage?.tier === "archive") {
    const found = snapshot.storage?.tier === "archive" ? "archived" : snapshot.state;
    throw incorrectState(`Snapshot ${snapshotId} is in state '${found}', not 'completed'.`);
  }
  return snapshot;
}
