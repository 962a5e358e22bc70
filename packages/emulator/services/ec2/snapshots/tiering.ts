/** How snapshots move between the tiers, on the clock. */
import { workKind } from "../../../background";
import type { Clock, Cloud } from "../../../contract";
import type { Ec2State, SnapshotStorage } from "../state";

/** A snapshot that is being archived, or restored for some days or permanently. */
export interface Tiering {
  readonly snapshotId: string;
  /** Distinguishes this operation from a later one on the same snapshot. */
  readonly startedAt: string;
  readonly tier: "archive" | "standard";
  /** The status that results. */
  readonly status: string;
  /** For a temporary restore. */
  readonly days?: number;
}

const DAY_SECONDS = 24 * 3600;

const END_TIERING = workKind<Tiering>("ec2:end-tiering");
const END_RESTORE = workKind<Pick<Tiering, "snapshotId" | "startedAt">>("ec2:end-restore");

export function endTieringLater(clock: Clock, seconds: number, tiering: Tiering): void {
  END_TIERING.later(clock, seconds, tiering);
}

/** Registers the end of a move with the clock; a temporary restore returns to the archive automatically. */
export function handleTiering(state: Ec2State, { clock }: Cloud): void {
  END_TIERING.handle(clock, ({ snapshotId, startedAt, tier, status, days }) => {
    const storage = storageOf(state, snapshotId, startedAt);
    if (storage === undefined) return;
    const now = clock.now();
    Object.assign(storage, {
      tier,
      status,
      ...(tier === "archive" ? { archivedAt: now.toISOString() } : {}),
    });
    if (days === undefined) return;
    storage.restoreExpiresAt = new Date(now.getTime() + days * DAY_SECONDS * 1000).toISOString();
    END_RESTORE.later(clock, days * DAY_SECONDS, { snapshotId, startedAt });
  });
  END_RESTORE.handle(clock, ({ snapshotId, startedAt }) => {
    const storage = storageOf(state, snapshotId, startedAt);
    if (storage === undefined) return;
    storage.tier = "archive";
    delete storage.restoreExpiresAt;
  });
}

function storageOf(state: Ec2State, snapshotId: string, startedAt: string): SnapshotStorage | undefined {
  const storage = state.snapshots[snapshotId]?.storage;
  return storage?.startedAt === startedAt ? storage : undefined;
}
