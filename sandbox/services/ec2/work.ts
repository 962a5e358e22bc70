/** Background work that lasts for hours or days, as data, so that a cloud can be dumped while it waits. */
import type { Clock } from "../../contract";
import type { Ec2State, Snapshot } from "./state";
import { forgetTags } from "./tags/tags";

const FORGET_INSTANCE = "ec2:forget-instance";
const END_PROTECTION = "ec2:end-protection";
const END_TIERING = "ec2:end-tiering";
const END_RESTORE = "ec2:end-restore";

/** A terminated instance is listed for a while. */
export function forgetInstanceLater(clock: Clock, seconds: number, instanceId: string): void {
  clock.schedule(seconds, FORGET_INSTANCE, { instanceId });
}

export function endProtectionLater(clock: Clock, seconds: number, imageId: string, endsAt: string): void {
  clock.schedule(seconds, END_PROTECTION, { imageId, endsAt });
}

/** A snapshot that goes to the archive, or comes back from it for some days or for good. */
export interface Tiering {
  readonly snapshotId: string;
  /** Tells this operation from a later one on the same snapshot. */
  readonly startedAt: string;
  readonly tier: "archive" | "standard";
  /** What the status becomes. */
  readonly status: string;
  /** Of a temporary restore. */
  readonly days?: number;
}

export function endTieringLater(clock: Clock, seconds: number, tiering: Tiering): void {
  clock.schedule(seconds, END_TIERING, { ...tiering });
}

const DAY_SECONDS = 24 * 3600;

/** Tells the clock how each kind is done. */
export function handleEc2Work(state: Ec2State, clock: Clock): void {
  clock.handle(FORGET_INSTANCE, ({ instanceId }) => {
    delete state.instances[String(instanceId)];
    forgetTags(state, String(instanceId));
  });
  clock.handle(END_PROTECTION, ({ imageId, endsAt }) => {
    const image = state.images[String(imageId)];
    if (image?.protection?.endsAt === endsAt) delete image?.protection;
  });
  clock.handle(END_TIERING, (payload) => {
    endTiering(state, clock, payload as unknown as Tiering);
  });
  clock.handle(END_RESTORE, ({ snapshotId, startedAt }) => {
    const storage = storageOf(state, String(snapshotId), String(startedAt));
    if (storage === undefined) return;
    storage.tier = "archive";
    delete storage.restoreExpiresAt;
  });
}

function storageOf(state: Ec2State, snapshotId: string, startedAt: string): Snapshot["storage"] {
  const storage = state.snapshots[snapshotId]?.storage;
  return storage?.startedAt === startedAt ? storage : undefined;
}

/** A temporary restore goes back to the archive by itself. */
function endTiering(state: Ec2State, clock: Clock, tiering: Tiering): void {
  const { snapshotId, startedAt, tier, status, days } = tiering;
  const storage = storageOf(state, snapshotId, startedAt);
  if (storage === undefined) return;
  const now = clock.now();
  Object.assign(storage, { tier, status, ...(tier === "archive" ? { archivedAt: now.toISOString() } : {}) });
  if (days === undefined) return;
  storage.restoreExpiresAt = new Date(now.getTime() + days * DAY_SECONDS * 1000).toISOString();
  clock.schedule(days * DAY_SECONDS, END_RESTORE, { snapshotId, startedAt });
}
