import type { Call, JsonObject } from "../../../contract";
import { anyResource } from "../access";
import { maySeeSnapshot, snapshotsIn, visibleSnapshot } from "../catalogue";
import { checkId, notFound } from "../errors";
import { filterOf, type FilterTable } from "../filters";
import { texts } from "../input";
import { ec2Operation } from "../operation";
import { page } from "../pages";
import { choose, ownedBy } from "../shelf";
import type { Ec2State, Snapshot } from "../state";
import { tagsOf } from "../tags/tags";
import { snapshotAnswer, transferType } from "./wire";

/** Every filter of the EC2 API reference, "DescribeSnapshots". */
const FILTERS: FilterTable<Snapshot> = {
  description: (snapshot) => [snapshot.description],
  encrypted: (snapshot) => [String(snapshot.keyArn !== undefined)],
  "owner-alias": (snapshot) => [snapshot.ownerAlias],
  "owner-id": (snapshot) => [snapshot.owner],
  progress: (snapshot) => [`${Math.floor(snapshot.progress)}%`],
  "snapshot-id": (snapshot) => [snapshot.snapshotId],
  "start-time": (snapshot) => [snapshot.startTime],
  status: (snapshot) => [snapshot.state],
  "storage-tier": (snapshot) => [snapshot.storage?.tier ?? "standard"],
  "transfer-type": (snapshot) => [transferType(snapshot)],
  "volume-id": (snapshot) => [snapshot.volumeId],
  "volume-size": (snapshot) => [String(snapshot.volumeSize)],
};

/** DescribeSnapshots: the snapshots that the caller may see, by id, owner, create-volume permission and filters. */
export function describeSnapshots(state: Ec2State) {
  return ec2Operation({
    parameters: ["SnapshotId", "Owner", "RestorableBy", "Filter", "MaxResults", "NextToken"],
    checks: anyResource,
    run: (call) => answer(state, call),
  });
}

function answer(state: Ec2State, call: Call): JsonObject {
  const { account } = call.caller;
  const viewerTags = (snapshot: Snapshot) => tagsOf(state, account, snapshot.snapshotId);
  const passes = filterOf(call.input, FILTERS, viewerTags);
  const restorers = texts(call.input, "RestorableBy");
  const mayRestore = (snapshot: Snapshot): boolean =>
    restorers.length === 0 || restorers.some((who) => mayBeRestoredBy(snapshot, who, account));
  const chosen = requested(state, call, (snapshot) => passes(snapshot) && mayRestore(snapshot));
  const { items, nextToken } = page(chosen, call.input);
  return { snapshotSet: items.map((snapshot) => snapshotAnswer(snapshot, viewerTags(snapshot))), nextToken };
}

/** The requested snapshots among those that the call names by id, or otherwise among all that the caller may see. */
function requested(
  state: Ec2State,
  call: Call,
  isWanted: (snapshot: Snapshot) => boolean,
): readonly Snapshot[] {
  const ids = texts(call.input, "SnapshotId");
  const owners = texts(call.input, "Owner");
  const { account } = call.caller;
  const isOwners = (snapshot: Snapshot): boolean =>
    owners.length === 0 || owners.some((owner) => isOwnedBy(snapshot, owner, account));
  if (ids.length > 0) {
    return byId(state, call, ids).filter((snapshot) => isOwners(snapshot) && isWanted(snapshot));
  }
  const ownOnly = owners.length > 0 && owners.every((owner) => owner === "self" || owner === account);
  return ownOnly
    ? choose(ownedBy(state.snapshots, call.region, account), isWanted)
    : choose(
        snapshotsIn(state, call.region),
        (snapshot) => isOwners(snapshot) && maySeeSnapshot(state, snapshot, account) && isWanted(snapshot),
      );
}

/** @throws InvalidSnapshot.NotFound for an id that the caller cannot see */
function byId(state: Ec2State, call: Call, ids: readonly string[]): readonly Snapshot[] {
  for (const id of ids) checkId("snapshot", id);
  const found = new Map(
    [...new Set(ids)].map((id) => [id, visibleSnapshot(state, id, call.caller.account, call.region)]),
  );
  const missing = [...found].flatMap(([id, snapshot]) => (snapshot === undefined ? [id] : []));
  if (missing.length > 0) throw notFound("snapshot", ...missing);
  return [...found.values()].flatMap((snapshot) => snapshot ?? []);
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
