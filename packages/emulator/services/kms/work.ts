import { randomUUID } from "node:crypto";
import type { Clock, JsonObject } from "../../contract";
import { isComplete, isPending, rotate } from "./materials";
import type { Key, KmsState } from "./state";

const SECONDS_PER_DAY = 86_400;
/** AWS documents "a few seconds" for replication and for a change of the primary, and no time for an on-demand rotation. */
const REPLICATION_SECONDS = 5;
const ROTATION_SECONDS = 60;

type Work = (payload: Readonly<Record<string, string>>) => void;

/**
 * Call this once for each cloud: KMS's background work. Payloads identify the state at the time of scheduling: a later
 * change cancels the work.
 */
export function handleKeyWork(state: KmsState, clock: Clock): void {
  const onKey = (kind: string, work: (key: Key, payload: Readonly<Record<string, string>>) => void) => {
    const run: Work = (payload) => {
      const key = state.key(payload["key"] ?? "");
      if (key !== undefined) work(key, payload);
    };
    clock.handle(kind, (payload: JsonObject) => run(payload as Readonly<Record<string, string>>));
  };
  onKey("kms:delete", (key, { date }) => {
    if (key.deletionDate?.toISOString() === date) remove(state, clock, key);
  });
  onKey("kms:rotate", (key, { round }) => {
    const family = state.family(key);
    if (family.rotation?.round === round) endPeriod(state, clock, state.primaryOf(key));
  });
  onKey("kms:rotate-on-demand", (key) => {
    const family = state.family(key);
    rotate(family, "ON_DEMAND", clock.now());
    family.onDemandStarted = undefined;
  });
  onKey("kms:expire", (key, { material = "", date }) => {
    if (key.imported[material]?.validTo?.toISOString() === date) forgetMaterial(state, key, material);
  });
  onKey("kms:settle", (key, { to }) => {
    if (key.state === "Creating" || key.state === "Updating") key.state = to as Key["state"];
  });
}

/** Starts the waiting period of a deletion. */
export function scheduleDeletion(clock: Clock, key: Key, days: number): Date {
  const date = new Date(clock.now().getTime() + days * SECONDS_PER_DAY * 1000);
  key.state = "PendingDeletion";
  key.deletionDate = date;
  key.pendingDays = undefined;
  clock.schedule(days * SECONDS_PER_DAY, "kms:delete", { key: key.arn, date: date.toISOString() });
  return date;
}

/** A primary key's own waiting period starts when its last replica was deleted. */
function remove(state: KmsState, clock: Clock, key: Key): void {
  const primary = state.primaryOf(key);
  state.removeKey(key);
  if (primary === key || state.replicasOf(primary).length > 0) return;
  if (primary.state === "PendingReplicaDeletion") scheduleDeletion(clock, primary, primary.pendingDays ?? 30);
}

/** Starts a period of automatic rotation; it replaces an earlier one. */
export function beginRotation(state: KmsState, clock: Clock, key: Key, days: number): void {
  const family = state.family(key);
  const round = randomUUID();
  family.rotation = { days, began: clock.now(), round, missed: false };
  clock.schedule(days * SECONDS_PER_DAY, "kms:rotate", { key: key.arn, round });
}

/** A disabled key is not rotated; a missed rotation runs when the key is enabled. */
function endPeriod(state: KmsState, clock: Clock, key: Key): void {
  const family = state.family(key);
  const { rotation } = family;
  if (rotation === undefined) return;
  if (key.state === "Enabled") rotate(family, "AUTOMATIC", clock.now());
  beginRotation(state, clock, key, rotation.days);
  if (key.state === "Disabled") family.rotation = { ...rotation, ...family.rotation, missed: true };
}

export function startOnDemandRotation(state: KmsState, clock: Clock, key: Key): void {
  const family = state.family(key);
  family.onDemandRotations += 1;
  family.onDemandStarted = clock.now();
  clock.schedule(ROTATION_SECONDS, "kms:rotate-on-demand", { key: key.arn });
}

/** A key that is being replicated, or whose primary is changing, stays in that state for a few seconds. */
export function settleLater(clock: Clock, key: Key, to: Key["state"]): void {
  clock.schedule(REPLICATION_SECONDS, "kms:settle", { key: key.arn, to });
}

export function expireLater(clock: Clock, key: Key, material: string, validTo: Date): void {
  const seconds = (validTo.getTime() - clock.now().getTime()) / 1000;
  clock.schedule(seconds, "kms:expire", { key: key.arn, material, date: validTo.toISOString() });
}

/** Removes imported material; a key that lacks some of its material waits for it to be imported again. */
export function forgetMaterial(state: KmsState, key: Key, id: string): void {
  key.imported = Object.fromEntries(Object.entries(key.imported).filter(([other]) => other !== id));
  const { materials } = state.family(key);
  const index = materials.findIndex((material) => material.id === id && isPending(material));
  // Material that is pending rotation does not belong to the key yet; deleting it from the primary deletes it from all
  // replicas.
  if (index >= 0 && key.multiRegion !== "REPLICA") {
    materials.splice(index, 1);
    for (const replica of state.replicasOf(key)) forgetMaterial(state, replica, id);
  }
  if (!isComplete(state, key) && ["Enabled", "Disabled"].includes(key.state)) key.state = "PendingImport";
}
