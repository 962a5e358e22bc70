/** DescribeDBSnapshots, DescribeDBClusterSnapshots. Source: RDS API reference. */
import type { Call, JsonObject, Operation } from "../../contract";
import { understanding } from "../../known-parameters";
import { flag, isObject, text, whole } from "../ec2/input";
import { allIn } from "../ec2/shelf";
import { idMember, rdsArn, snapshotNotFound, type SnapshotFamily } from "./family";
import { arnOf, isSharedWith } from "./find";
import { entries, invalidCombination, invalidValue, names } from "./input";
import type { DbSnapshot, RdsState } from "./state";
import { snapshotAnswer } from "./wire";

const TYPES = ["automated", "manual", "shared", "public", "awsbackup"];
const FEWEST_RECORDS = 20;
const MOST_RECORDS = 100;

export function describeSnapshots(state: RdsState, family: SnapshotFamily): Operation {
  const { databaseId, noun, resourceId } = family;
  const parameters = [
    idMember(family),
    databaseId,
    resourceId,
    "SnapshotType",
    "IncludeShared",
    "IncludePublic",
    "Filters",
    "MaxRecords",
    "Marker",
  ];
  return understanding(parameters, {
    checks: (call) => {
      const id = text(call.input, idMember(family));
      const { region, caller } = call;
      const resource =
        id === undefined ? rdsArn(region, caller.account, family.arnType, "*") : arnOf(call, family, id);
      return [{ action: `rds:${call.operation}`, resource }];
    },
    run: (call) => {
      const { input, caller } = call;
      const wanted = [...wantedOf(state, call, family)].filter(filterOf(input, family));
      const id = text(input, idMember(family));
      if (id !== undefined && wanted.length === 0 && text(input, databaseId) === undefined)
        throw snapshotNotFound(family, id);
      const { page, marker } = pageOf(wanted, input);
      return {
        Marker: marker,
        [`${noun}s`]: { [noun]: page.map((snapshot) => snapshotAnswer(snapshot, caller.account)) },
      };
    },
  });
}

/** The snapshots that match the call's type and id, oldest first. @throws InvalidParameterValue, InvalidParameterCombination */
function* wantedOf(state: RdsState, call: Call, family: SnapshotFamily): Iterable<DbSnapshot> {
  const { input, caller } = call;
  const type = text(input, "SnapshotType");
  if (type !== undefined && !TYPES.includes(type)) throw invalidValue(`Unrecognized snapshot type: ${type}`);
  const id = text(input, idMember(family));
  const arn = id === undefined ? undefined : arnOf(call, family, id);
  const database = text(input, family.databaseId)?.toLowerCase();
  const shared = flag(input, "IncludeShared") === true;
  const open = flag(input, "IncludePublic") === true;
  if (type !== undefined && (shared || open) && (type === "automated" || type === "manual")) {
    throw invalidCombination(`IncludeShared and IncludePublic don't apply when SnapshotType is ${type}.`);
  }
  const resource = text(input, family.resourceId);
  const isOfType = (snapshot: DbSnapshot): boolean => {
    const isPublic = snapshot.sharedWith.includes("all");
    if (snapshot.owner === caller.account) {
      return type === undefined || type === snapshot.type || (type === "public" && isPublic);
    }
    if (isPublic) return type === "public" || (type === undefined && open);
    return isSharedWith(snapshot, caller.account) && (type === "shared" || (type === undefined && shared));
  };
  for (const snapshot of allIn(state.snapshots, call.region)) {
    if (snapshot.of !== family.of || !isOfType(snapshot)) continue;
    if (arn !== undefined && snapshot.arn !== arn) continue;
    if (database !== undefined && snapshot.database !== database) continue;
    if (resource !== undefined && snapshot.resourceId !== resource) continue;
    yield snapshot;
  }
}

/** @throws InvalidParameterValue for a filter that RDS does not have */
function filterOf(input: JsonObject, { filters }: SnapshotFamily): (snapshot: DbSnapshot) => boolean {
  const readers: Readonly<Record<string, (snapshot: DbSnapshot) => readonly string[]>> = {
    [filters.snapshot]: ({ id, arn }) => [id, arn],
    [filters.database]: ({ database, region, owner, of }) => [
      database,
      rdsArn(region, owner, of === "instance" ? "db" : "cluster", database),
    ],
    ...(filters.resource === undefined ? {} : { [filters.resource]: ({ resourceId }) => [resourceId] }),
    "snapshot-type": ({ type }) => [type],
    engine: ({ facts }) => [String(facts["Engine"])],
  };
  const tests = entries(input, "Filters", "Filter")
    .filter(isObject)
    .map((filter) => {
      const name = text(filter, "Name") ?? "";
      const read = Object.hasOwn(readers, name) ? readers[name] : undefined;
      if (read === undefined) throw invalidValue(`Unrecognized filter name: ${name}`);
      const values = names(filter, "Values", "Value");
      return (snapshot: DbSnapshot) => read(snapshot).some((value) => values.includes(value));
    });
  return (snapshot) => tests.every((passes) => passes(snapshot));
}

function pageOf(
  snapshots: readonly DbSnapshot[],
  input: JsonObject,
): { readonly page: readonly DbSnapshot[]; readonly marker?: string } {
  const size = whole(input, "MaxRecords") ?? MOST_RECORDS;
  if (size < FEWEST_RECORDS || size > MOST_RECORDS) {
    throw invalidValue(
      `Invalid value ${size} for MaxRecords. Must be between ${FEWEST_RECORDS} and ${MOST_RECORDS}`,
    );
  }
  // The next page begins after the marker's snapshot, regardless of snapshots that were deleted or added in between.
  const marker = text(input, "Marker");
  const after = marker === undefined ? undefined : Buffer.from(marker, "base64url").toString();
  const start = after === undefined ? 0 : snapshots.findIndex(({ arn }) => arn === after) + 1;
  if (after !== undefined && start === 0) throw invalidValue("The specified marker is invalid.");
  const page = snapshots.slice(start, start + size);
  const last = page.at(-1);
  const isLast = last === undefined || start + size >= snapshots.length;
  return { page, marker: isLast ? undefined : Buffer.from(last.arn).toString("base64url") };
}
