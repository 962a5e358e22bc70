import type { JsonObject } from "../../../contract";
import type { Snapshot } from "../state";
import { tagSet, type Tags } from "../tags/tags";

/** A snapshot as DescribeSnapshots lists it; `tags` are the viewer's own. */
export function snapshotAnswer(snapshot: Snapshot, tags: Tags): JsonObject {
  return {
    snapshotId: snapshot.snapshotId,
    volumeId: snapshot.volumeId,
    status: snapshot.state,
    statusMessage: snapshot.stateMessage,
    startTime: snapshot.startTime,
    completionTime: snapshot.completionTime,
    progress: `${Math.floor(snapshot.progress)}%`,
    ownerId: snapshot.owner,
    ownerAlias: snapshot.ownerAlias,
    description: snapshot.description,
    volumeSize: snapshot.volumeSize,
    fullSnapshotSizeInBytes: Math.floor(snapshot.dataBytes),
    encrypted: snapshot.keyArn !== undefined,
    kmsKeyId: snapshot.keyArn,
    storageTier: snapshot.storage?.tier ?? "standard",
    restoreExpiryTime: snapshot.storage?.restoreExpiresAt,
    transferType: transferType(snapshot),
    completionDurationMinutes: snapshot.completionDurationMinutes,
    tagSet: tagSet(tags),
  };
}

export function transferType(snapshot: Snapshot): string {
  return snapshot.completionDurationMinutes === undefined ? "standard" : "time-based";
}
