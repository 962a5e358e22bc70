import type { Call, Trail } from "../contract";
import type { Ec2State } from "../services/ec2";

/** EC2 calls that use a snapshot, and the event that its owner sees. */
const EVENTS: Readonly<Record<string, string>> = {
  CopyImage: "SharedSnapshotCopyInitiated",
  CopySnapshot: "SharedSnapshotCopyInitiated",
  CreateVolume: "SharedSnapshotVolumeCreated",
};

/**
 * Informs the owner of a shared snapshot that another account copies it or creates a volume from it. AWS's public
 * snapshots have no owner to inform. Source: CloudTrail user guide, "AWS service events"; shapes as captured from AWS.
 */
export function recordSharedSnapshots(trail: Trail, state: Ec2State, call: Call): void {
  const name = EVENTS[call.operation];
  if (call.service !== "ec2" || name === undefined) return;
  for (const snapshotId of snapshotsUsed(state, call)) {
    const snapshot = state.snapshots[snapshotId];
    if (snapshot === undefined || snapshot.owner === call.caller.account) continue;
    trail.record({
      recipient: snapshot.owner,
      region: snapshot.region,
      source: "ec2.amazonaws.com",
      name,
      type: "AwsServiceEvent",
      identity: { type: "AWSAccount", accountId: call.caller.account, invokedBy: "ec2.amazonaws.com" },
      readOnly: false,
      serviceEventDetails: { snapshotId },
      sourceAddress: "ec2.amazonaws.com",
      userAgent: "ec2.amazonaws.com",
    });
  }
}

function snapshotsUsed(state: Ec2State, { operation, input }: Call): readonly string[] {
  if (operation !== "CopyImage") {
    return [String(input[operation === "CopySnapshot" ? "SourceSnapshotId" : "SnapshotId"])];
  }
  const devices = state.images[String(input["SourceImageId"])]?.devices ?? [];
  return devices.flatMap(({ ebs }) => ebs?.snapshotId ?? []);
}
