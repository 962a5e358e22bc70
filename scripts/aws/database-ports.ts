/** `instance`: of an RDS DB instance. `cluster`: of an Aurora or Multi-AZ DB cluster. */
export type DatabaseType = "instance" | "cluster";

/** A snapshot of a database that the account owns. Source: RDS API reference, DBSnapshot and DBClusterSnapshot. */
export interface DbSnapshotView {
  readonly arn: string;
  readonly of: DatabaseType;
  /** Its identifier: `orders-1`, `rds:orders-2026-11-29-03-05`. */
  readonly id: string;
  /** `manual`, `automated`, `awsbackup`. */
  readonly type: string;
  /** Identifier of the DB instance or cluster. */
  readonly database: string;
  readonly engine: string;
  /** `creating`, `copying`, `available`, `failed`, ... */
  readonly state: string;
  /** 0 to 100. */
  readonly progressPercent: number;
  /** ISO 8601; empty if RDS does not return it yet. */
  readonly createdAt: string;
  readonly encrypted: boolean;
  /** `sse-rds`: under a key that AWS owns, which no account can name. Only clusters have it. */
  readonly encryptionType?: string;
  readonly keyArn?: string;
  readonly sizeGiB: number;
  /** The amount of data that a full copy transfers. Absent if RDS does not return it. */
  readonly dataBytes?: number;
  /** The option group that a restore needs. @default - none, for a cluster */
  readonly optionGroup?: string;
  /** ARN of the snapshot that it was copied from; RDS documents it only for copies from another account or Region. */
  readonly copiedFrom?: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** Which snapshots to list. @default - all that the account owns */
export interface DbSnapshotQuery {
  /** Identifiers. */
  readonly ids?: readonly string[];
  /** Identifier of the DB instance or cluster. */
  readonly database?: string;
  /** Only manual ones. @default false */
  readonly manual?: boolean;
}

export interface CopyDbSnapshotRequest {
  readonly of: DatabaseType;
  /** ARN, in any account and Region. */
  readonly source: string;
  /** Identifier of the copy. */
  readonly target: string;
  /** ARN of the key for the copy, in the Region of the call. */
  readonly keyArn: string;
  /** Set by the call itself. */
  readonly tags: Readonly<Record<string, string>>;
}

/** Database snapshots of one account in one Region, without those that others share. */
export interface DatabasesPort {
  snapshots(of: DatabaseType, query: DbSnapshotQuery): Promise<readonly DbSnapshotView[]>;
  /**
   * Returns the ARN of the copy, which is in progress.
   * @throws AwsCallError `DBSnapshotAlreadyExists` if the account has a snapshot with that identifier
   */
  copySnapshot(request: CopyDbSnapshotRequest): Promise<string>;
  /** @param arn of a manual snapshot that is available or failed */
  deleteSnapshot(arn: string): Promise<void>;
  /** Accounts (12 digits) that can copy and restore it, and `all`. */
  sharedAccounts(arn: string): Promise<readonly string[]>;
  changeShares(arn: string, change: "add" | "remove", accounts: readonly string[]): Promise<void>;
  addTags(arn: string, tags: Readonly<Record<string, string>>): Promise<void>;
  removeTags(arn: string, keys: readonly string[]): Promise<void>;
}

/** The type of database and the identifier in a snapshot's ARN. */
export function dbSnapshotArn(arn: string): { readonly of: DatabaseType; readonly id: string } {
  const [, , , , , type, ...id] = arn.split(":");
  return { of: type === "cluster-snapshot" ? "cluster" : "instance", id: id.join(":") };
}
