export type SnapshotState = "pending" | "completed" | "error";

export interface Snapshot {
  readonly snapshotId: string;
  readonly region: string;
  readonly owner: string;
  readonly ownerAlias?: string;
  readonly volumeId: string;
  /** GiB. */
  readonly volumeSize: number;
  /** Bytes that contain data: what a copy must copy. */
  readonly dataBytes: number;
  readonly description: string;
  readonly startTime: string;
  /** ARN of the key; absent for an unencrypted snapshot. */
  readonly keyArn?: string;
  public: boolean;
  /** Accounts that may create volumes from it, or copy it. */
  createVolumePermissions: readonly string[];
  state: SnapshotState;
  stateMessage?: string;
  completionTime?: string;
  /** 0 to 100. */
  progress: number;
  /** The source of a copy; absent for every other snapshot. */
  readonly copiedFrom?: CopyOrigin;
  /** Completion duration of a time-based copy in minutes. */
  readonly completionDurationMinutes?: number;
  /** MiB/s that a time-based copy got. */
  readonly copyThroughput?: number;
  /** The volume whose data this is, across all copies: determines whether a further copy is incremental. */
  readonly originVolumeId?: string;
  storage?: SnapshotStorage;
  lock?: SnapshotLock;
}

export interface CopyOrigin {
  readonly snapshotId: string;
  readonly region: string;
  /** The image that CopyImage creates with the copy; absent for CopySnapshot. */
  readonly forImage?: string;
}

/** Archive tier. @default - standard */
export interface SnapshotStorage {
  tier: "standard" | "archive";
  status: string;
  startedAt: string;
  archivedAt?: string;
  restoreExpiresAt?: string;
}

export interface SnapshotLock {
  readonly mode: "governance" | "compliance";
  /** Days. */
  readonly duration: number;
  readonly createdOn: string;
  readonly durationStartTime: string;
  readonly expiresOn: string;
  /** Hours. */
  readonly coolOffPeriod?: number;
  readonly coolOffExpiresOn?: string;
}
