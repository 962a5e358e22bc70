/** The archive tier. Source: EBS user guide, "Archive Amazon EBS snapshots". */
import type { Call, Cloud, JsonObject, Operation } from "../../../contract";
import { AwsError } from "../../../contract";
import { anyResource } from "../access";
import { incorrectState } from "../errors";
import { applyFilters, type FilterTable } from "../filters";
import { flag, invalidValue, requiredText, whole } from "../input";
import { ec2Operation } from "../operation";
import { page } from "../pages";
import { ownedBy } from "../shelf";
import type { Ec2State, Snapshot } from "../state";
import { tagSet, tagsOf } from "../tags/tags";
import { ARCHIVE_SECONDS, RESTORE_SECONDS } from "../throughput";
import { changeable } from "./attributes";
import { isLocked } from "./lock";
import { endTieringLater } from "./tiering";
import { imagesUsing } from "./usage";
import { namedSnapshot } from "./named";

const MAX_RESTORE_DAYS = 180;

const FILTERS: FilterTable<Snapshot> = {
  "last-tiering-operation": (snapshot) => [snapshot.storage?.status.replace(/-(in-progress|completed)$/, "")],
  "last-tiering-operation-status": (snapshot) => [snapshot.storage?.status],
  "snapshot-id": (snapshot) => [snapshot.snapshotId],
  "volume-id": (snapshot) => [snapshot.volumeId],
};

export function snapshotTierOperations(state: Ec2State): Readonly<Record<string, Operation>> {
  const checks = namedSnapshot(state);
  return {
    ModifySnapshotTier: ec2Operation({
      parameters: ["SnapshotId", "StorageTier"],
      checks,
      run: (call, cloud) => archive(state, call, cloud),
    }),
    RestoreSnapshotTier: ec2Operation({
      parameters: ["SnapshotId", "TemporaryRestoreDays", "PermanentRestore"],
      checks,
      run: (call, cloud) => restore(state, call, cloud),
    }),
    DescribeSnapshotTierStatus: ec2Operation({
      parameters: ["Filter", "MaxResults", "NextToken"],
      checks: anyResource,
      run: (call) => describe(state, call),
    }),
  };
}

/** @throws IncorrectState unless it is completed and in the standard tier, InvalidSnapshot.InUse while an image uses it */
function archive(state: Ec2State, call: Call, cloud: Cloud): JsonObject {
  const snapshot = changeable(state, call);
  const tier = requiredText(call.input, "StorageTier");
  if (tier !== "archive") throw invalidValue("StorageTier", tier);
  const { snapshotId } = snapshot;
  if (snapshot.state !== "completed" || (snapshot.storage?.tier ?? "standard") !== "standard") {
    throw incorrectState(`Snapshot ${snapshotId} is not completed and in the standard tier.`);
  }
  const [image] = imagesUsing(state, snapshot);
  if (image !== undefined) {
    throw new AwsError(
      "InvalidSnapshot.InUse",
      `The snapshot ${snapshotId} is currently in use by ${image.imageId}`,
    );
  }
  if (isLocked(snapshot, cloud.clock.now().getTime())) {
    throw new AwsError(
      "UnsupportedOperation",
      `The rehearsal cloud does not archive locked snapshots; unlock ${snapshotId} first.`,
    );
  }
  const startedAt = cloud.clock.now().toISOString();
  snapshot.storage = { tier: "standard", status: "archival-in-progress", startedAt };
  endTieringLater(cloud.clock, ARCHIVE_SECONDS, {
    snapshotId,
    startedAt,
    tier: "archive",
    status: "archival-completed",
  });
  return { snapshotId, tieringStartTime: startedAt };
}

/** @throws IncorrectState unless it is archived, InvalidParameterCombination unless exactly one of the two ways is chosen */
function restore(state: Ec2State, call: Call, cloud: Cloud): JsonObject {
  const snapshot = changeable(state, call);
  const { snapshotId, storage } = snapshot;
  const permanent = flag(call.input, "PermanentRestore") === true;
  const days = whole(call.input, "TemporaryRestoreDays");
  if (permanent === (days !== undefined)) {
    throw new AwsError(
      "InvalidParameterCombination",
      "Specify either TemporaryRestoreDays or PermanentRestore.",
    );
  }
  if (days !== undefined && (days < 1 || days > MAX_RESTORE_DAYS)) {
    throw invalidValue("TemporaryRestoreDays", String(days));
  }
  if (storage?.tier !== "archive") throw incorrectState(`Snapshot ${snapshotId} is not archived.`);
  const startedAt = cloud.clock.now().toISOString();
  const kind = permanent ? "permanent-restore" : "temporary-restore";
  snapshot.storage = { ...storage, status: `${kind}-in-progress`, startedAt };
  endTieringLater(cloud.clock, RESTORE_SECONDS, {
    snapshotId,
    startedAt,
    tier: "standard",
    status: `${kind}-completed`,
    days,
  });
  return {
    snapshotId,
    restoreStartTime: startedAt,
    restoreDuration: days,
    isPermanentRestore: permanent,
  };
}

function describe(state: Ec2State, call: Call): JsonObject {
  const { account } = call.caller;
  const own = [...ownedBy(state.snapshots, call.region, account)].filter(
    (snapshot) => snapshot.storage !== undefined,
  );
  const ownTags = (snapshot: Snapshot) => tagsOf(state, account, snapshot.snapshotId);
  const { items, nextToken } = page(applyFilters(own, call.input, FILTERS, ownTags), call.input);
  return {
    snapshotTierStatusSet: items.map((snapshot) => statusAnswer(snapshot, tagSet(ownTags(snapshot)))),
    nextToken,
  };
}

function statusAnswer(snapshot: Snapshot, tags: readonly JsonObject[] | undefined): JsonObject {
  const { storage } = snapshot;
  return {
    snapshotId: snapshot.snapshotId,
    volumeId: snapshot.volumeId,
    status: snapshot.state,
    ownerId: snapshot.owner,
    storageTier: storage?.tier ?? "standard",
    lastTieringStartTime: storage?.startedAt,
    lastTieringProgress: storage?.status.endsWith("completed") === true ? 100 : 0,
    lastTieringOperationStatus: storage?.status,
    archivalCompleteTime: storage?.archivedAt,
    restoreExpiryTime: storage?.restoreExpiresAt,
    tagSet: tags,
  };
}
