/** Snapshot locks. Source: EC2 API reference, "LockSnapshot"; EBS user guide, "Snapshot lock". */
import type { Call, Cloud, JsonObject, Operation } from "../../../contract";
import { AwsError } from "../../../contract";
import { anyResource } from "../access";
import { applyFilters, type FilterTable } from "../filters";
import { invalidValue, requiredText, text, texts, whole } from "../input";
import { ec2Operation } from "../operation";
import { page } from "../pages";
import { ownedBy } from "../shelf";
import type { Ec2State, Snapshot, SnapshotLock } from "../state";
import { changeable } from "./attributes";
import { namedSnapshot } from "./named";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MAX_COOL_OFF_HOURS = 72;
const MAX_DAYS = 36_500;

interface Locked {
  readonly snapshot: Snapshot;
  readonly lock: SnapshotLock;
  readonly lockState: string;
}

const FILTERS: FilterTable<Locked> = { "lock-state": ({ lockState }) => [lockState] };

export function snapshotLockOperations(state: Ec2State): Readonly<Record<string, Operation>> {
  const checks = namedSnapshot(state);
  return {
    LockSnapshot: ec2Operation({
      parameters: ["SnapshotId", "LockMode", "CoolOffPeriod", "LockDuration", "ExpirationDate"],
      checks,
      run: (call, cloud) => lock(state, call, cloud),
    }),
    UnlockSnapshot: ec2Operation({
      parameters: ["SnapshotId"],
      checks,
      run: (call, cloud) => unlock(state, call, cloud),
    }),
    DescribeLockedSnapshots: ec2Operation({
      parameters: ["SnapshotId", "Filter", "MaxResults", "NextToken"],
      checks: anyResource,
      run: (call, cloud) => describe(state, call, cloud),
    }),
  };
}

/** `expired` locks have no effect. */
export function lockStateOf({ mode, expiresOn, coolOffExpiresOn }: SnapshotLock, now: number): string {
  if (Date.parse(expiresOn) <= now) return "expired";
  if (mode === "governance") return "governance";
  return coolOffExpiresOn !== undefined && Date.parse(coolOffExpiresOn) > now
    ? "compliance-cooloff"
    : "compliance";
}

/** Whether the lock prevents the deletion of the snapshot. */
export function isLocked(snapshot: Snapshot, now: number): boolean {
  return snapshot.lock !== undefined && lockStateOf(snapshot.lock, now) !== "expired";
}

function lock(state: Ec2State, call: Call, cloud: Cloud): JsonObject {
  const snapshot = changeable(state, call);
  const now = cloud.clock.now();
  const wanted = readLock(call.input, now, snapshot.lock);
  refuseLoosening(snapshot, wanted, now.getTime());
  snapshot.lock = wanted;
  return lockAnswer(snapshot.snapshotId, wanted, now.getTime());
}

function readLock(input: JsonObject, now: Date, current: SnapshotLock | undefined): SnapshotLock {
  const mode = requiredText(input, "LockMode");
  if (mode !== "governance" && mode !== "compliance") throw invalidValue("LockMode", mode);
  const coolOffPeriod = whole(input, "CoolOffPeriod");
  if (coolOffPeriod !== undefined) {
    if (mode === "governance") throw invalidValue("CoolOffPeriod", String(coolOffPeriod));
    if (coolOffPeriod < 1 || coolOffPeriod > MAX_COOL_OFF_HOURS) {
      throw invalidValue("CoolOffPeriod", String(coolOffPeriod));
    }
  }
  const duration = readDuration(input, now);
  const start = now.toISOString();
  return {
    mode,
    duration,
    createdOn: current?.createdOn ?? start,
    durationStartTime: start,
    expiresOn: new Date(now.getTime() + duration * DAY_MS).toISOString(),
    coolOffPeriod,
    coolOffExpiresOn:
      coolOffPeriod === undefined
        ? undefined
        : new Date(now.getTime() + coolOffPeriod * HOUR_MS).toISOString(),
  };
}

/** Days, from one of the two parameters for it. */
function readDuration(input: JsonObject, now: Date): number {
  const given = whole(input, "LockDuration");
  const date = text(input, "ExpirationDate");
  if ((given === undefined) === (date === undefined)) {
    throw new AwsError(
      "InvalidParameterCombination",
      "Specify either LockDuration or ExpirationDate, but not both.",
    );
  }
  const days = given ?? (Date.parse(date ?? "") - now.getTime()) / DAY_MS;
  if (Number.isNaN(days) || days < (given === undefined ? 0 : 1) || days > MAX_DAYS) {
    throw invalidValue(given === undefined ? "ExpirationDate" : "LockDuration", String(given ?? date));
  }
  return days;
}

/** In compliance mode, once the cooling-off period is over, a lock can only be extended. */
function refuseLoosening(snapshot: Snapshot, wanted: SnapshotLock, now: number): void {
  const { lock: current } = snapshot;
  if (current === undefined || lockStateOf(current, now) !== "compliance") return;
  const isLonger = Date.parse(wanted.expiresOn) >= Date.parse(current.expiresOn);
  if (wanted.mode === "compliance" && wanted.coolOffPeriod === undefined && isLonger) return;
  throw new AwsError(
    "OperationNotPermitted",
    `The snapshot ${snapshot.snapshotId} is locked in compliance mode; its lock can only be extended.`,
  );
}

function unlock(state: Ec2State, call: Call, cloud: Cloud): JsonObject {
  const snapshot = changeable(state, call);
  const now = cloud.clock.now().getTime();
  if (snapshot.lock !== undefined && lockStateOf(snapshot.lock, now) === "compliance") {
    throw new AwsError(
      "OperationNotPermitted",
      `The snapshot ${snapshot.snapshotId} is locked in compliance mode and cannot be unlocked.`,
    );
  }
  delete snapshot.lock;
  return { snapshotId: snapshot.snapshotId };
}

function describe(state: Ec2State, call: Call, cloud: Cloud): JsonObject {
  const now = cloud.clock.now().getTime();
  const ids = texts(call.input, "SnapshotId");
  const all = [...ownedBy(state.snapshots, call.region, call.caller.account)]
    .filter(({ snapshotId }) => ids.length === 0 || ids.includes(snapshotId))
    .flatMap((snapshot) =>
      snapshot.lock === undefined
        ? []
        : [{ snapshot, lock: snapshot.lock, lockState: lockStateOf(snapshot.lock, now) }],
    );
  const found = applyFilters(all, call.input, FILTERS, () => ({}));
  const { items, nextToken } = page(found, call.input);
  return {
    snapshotSet: items.map(({ snapshot, lock: held }) => ({
      ownerId: snapshot.owner,
      ...lockAnswer(snapshot.snapshotId, held, now),
    })),
    nextToken,
  };
}

function lockAnswer(snapshotId: string, held: SnapshotLock, now: number): JsonObject {
  return {
    snapshotId,
    lockState: lockStateOf(held, now),
    lockDuration: Math.ceil(held.duration),
    coolOffPeriod: held.coolOffPeriod,
    coolOffPeriodExpiresOn: held.coolOffExpiresOn,
    lockCreatedOn: held.createdOn,
    lockExpiresOn: held.expiresOn,
    lockDurationStartTime: held.durationStartTime,
  };
}
