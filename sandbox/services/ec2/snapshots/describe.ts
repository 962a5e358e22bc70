import type { Call, JsonObject } from "../../../contract";
import { anyResource } from "../access";
import { maySeeSnapshot, snapshotsIn } from "../catalogue";
import { checkId, notFound } from "../errors";
import { applyFilters, type FilterTable } from "../filters";
import { texts } from "../input";
import { ec2Operation } from "../operation";
import { page } from "../pages";
import type { Ec2State, Snapshot } from "../state";
import { tagsOf } from "../tags/tags";
import { snapshotAnswer } from "./wire";

const FILTERS: FilterTable<Snapshot> = {
  description: (snapshot) => [snapshot.description],
  encrypted: (snapshot) => [String(snapshot.keyArn !== undefined)],
  "owner-alias": (snapshot) => [snapshot.ownerAlias],
  "owner-id": (snapshot) => [snapshot.owner],
  progress: (snapshot) => [`${Math.floor(snapshot.progress)}%`],
  "snapshot-id": (snapshot) => [snapshot.snapshotId],
  "start-time": (snapshot) => [snapshot.startTime],
  status: (snapshot) => [snapshot.state],
  "storage-tier": () => ["standard"],
  "volume-id": (snapshot) => [snapshot.volumeId],
  "volume-size": (snapshot) => [String(snapshot.volumeSize)],
};

/** DescribeSnapshots: what the caller may see, by id, owner, create-volume permission and filters. */
export function describeSnapshots(state: Ec2State) {
  return ec2Operation({
    parameters: ["SnapshotId", "Owner", "RestorableBy", "Filter", "MaxResults", "NextToken"],
    checks: anyResource,
    run: (call) => answer(state, call),
  });
}

function answer(state: Ec2State, call: Call): JsonObject {
  const { account } = call.caller;
  const owners = texts(call.input, "Owner");
  const restorers = texts(call.input, "RestorableBy");
  const chosen = requested(state, call)
    .filter((snapshot) => owners.length === 0 || owners.some((owner) => isOwnedBy(snapshot, owner, account)))
    .filter(
      (snapshot) =>
        restorers.length === 0 || restorers.some((who) => mayBeRestoredBy(snapshot, who, account)),
    );
  const viewerTags = (snapshot: Snapshot) => tagsOf(state, account, snapshot.snapshotId);
  const { items, nextToken } = page(applyFilters(chosen, call.input, FILTERS, viewerTags), call.input);
  return { snapshotSet: items.map((snapshot) => snapshotAnswer(snapshot, viewerTags(snapshot))), nextToken };
}

/** @throws InvalidSnapshot.NotFound for an id that the caller cannot see */
function requested(state: Ec2State, call: Call): readonly Snapshot[] {
  const visible = snapshotsIn(state, call.region).filter((item) => maySeeSnapshot(item, call.caller.account));
  const ids = texts(call.input, "SnapshotId");
  if (ids.length === 0) return visible;
  for (const id of ids) checkId("snapshot", id);
  const missing = ids.filter((id) => !visible.some((snapshot) => snapshot.snapshotId === id));
  if (missing.length > 0) throw notFound("snapshot", ...missing);
  return visible.filter((snapshot) => ids.includes(snapshot.snapshotId));
}

function isOwnedBy(snapshot: Snapshot, owner: string, viewer: string): boolean {
  if (owner === "self") return snapshot.owner === viewer;
  return snapshot.owner === owner || snapshot.ownerAlias === owner;
}

/** Owners can always restore, so `self` lists their own snapshots, too. */
function mayBeRestoredBy(snapshot: Snapshot, who: string, viewer: string): boolean {
  if (who === "all") return snapshot.public;
  const account = who === "self" ? viewer : who;
  return snapshot.owner === account || snapshot.createVolumePermissions.includes(account);
}
