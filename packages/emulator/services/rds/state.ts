import type { JsonObject } from "../../contract";

/** `instance` for an RDS DB instance, `cluster` for an Aurora or Multi-AZ DB cluster. */
export type SnapshotOf = "instance" | "cluster";

/** A DB snapshot or DB cluster snapshot. */
export interface DbSnapshot {
  readonly of: SnapshotOf;
  readonly arn: string;
  /** Its identifier, in lower case, as RDS stores it. */
  readonly id: string;
  readonly region: string;
  /** 12-digit account id. */
  readonly owner: string;
  readonly type: "manual" | "automated";
  /** Identifier of the DB instance or cluster, and its id that is never used again. */
  readonly database: string;
  readonly resourceId: string;
  /** The properties of the database at that time: engine, version, port, user. */
  readonly facts: JsonObject;
  /** GiB. */
  readonly allocatedStorage: number;
  readonly createdAt: string;
  readonly originalCreatedAt: string;
  /** Undefined when it is under no key that the account can name. */
  readonly keyArn: string | undefined;
  /** The option group that is needed to restore it. @default - a cluster has none */
  readonly optionGroup?: string;
  /** ARN of the snapshot that it was copied from. @default - it was taken of a database */
  readonly copiedFrom?: string;
  status: "creating" | "copying" | "available" | "failed";
  /** Percent. */
  progress: number;
  tags: Readonly<Record<string, string>>;
  /** Accounts (12 digits) that may copy and restore it, and `all`. */
  sharedWith: readonly string[];
}

/** RDS's own state here; moto stores DB instances and clusters. */
export interface RdsState {
  /** By ARN. */
  snapshots: Record<string, DbSnapshot>;
}

export function emptyRdsState(): RdsState {
  return { snapshots: {} };
}
