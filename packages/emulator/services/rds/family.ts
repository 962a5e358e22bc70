/** DB snapshots and DB cluster snapshots have the same operations under different names. Source: RDS API reference. */
import { formatArn, partitionOf } from "@keyferry/common";
import { AwsError } from "../../contract";
import type { SnapshotOf } from "./state";

/** The API's names for the snapshots of one kind of database. */
export interface SnapshotFamily {
  readonly of: SnapshotOf;
  /** `CopyDBSnapshot`, `DBSnapshotArn`: the noun in the names of operations and members. */
  readonly noun: "DBSnapshot" | "DBClusterSnapshot";
  /** Types in ARNs. */
  readonly arnType: "snapshot" | "cluster-snapshot";
  readonly databaseArnType: "db" | "cluster";
  /** moto's operation that describes the databases, and the member that lists them. */
  readonly databases: "DBInstances" | "DBClusters";
  readonly databaseId: "DBInstanceIdentifier" | "DBClusterIdentifier";
  readonly resourceId: "DbiResourceId" | "DbClusterResourceId";
  readonly encrypted: "Encrypted" | "StorageEncrypted";
  readonly source: "SourceDBSnapshotIdentifier" | "SourceDBClusterSnapshotArn";
  /** Names of its filters, in addition to those of both. */
  readonly filters: { readonly snapshot: string; readonly database: string; readonly resource?: string };
  /** The condition key of its tags. */
  readonly tagKey: "rds:snapshot-tag" | "rds:cluster-snapshot-tag";
  readonly quota: "dbSnapshots" | "dbClusterSnapshots";
  readonly longestId: number;
  /** Status of a copy that is in progress. */
  readonly copying: "creating" | "copying";
  readonly codes: {
    readonly exists: string;
    readonly notFound: string;
    readonly state: string;
    readonly noDatabase: string;
  };
}

export const DB_SNAPSHOTS: SnapshotFamily = {
  of: "instance",
  noun: "DBSnapshot",
  arnType: "snapshot",
  databaseArnType: "db",
  databases: "DBInstances",
  databaseId: "DBInstanceIdentifier",
  resourceId: "DbiResourceId",
  encrypted: "Encrypted",
  source: "SourceDBSnapshotIdentifier",
  filters: { snapshot: "db-snapshot-id", database: "db-instance-id", resource: "dbi-resource-id" },
  tagKey: "rds:snapshot-tag",
  quota: "dbSnapshots",
  longestId: 255,
  copying: "creating",
  codes: {
    exists: "DBSnapshotAlreadyExists",
    notFound: "DBSnapshotNotFound",
    state: "InvalidDBSnapshotState",
    noDatabase: "DBInstanceNotFound",
  },
};

export const CLUSTER_SNAPSHOTS: SnapshotFamily = {
  of: "cluster",
  noun: "DBClusterSnapshot",
  arnType: "cluster-snapshot",
  databaseArnType: "cluster",
  databases: "DBClusters",
  databaseId: "DBClusterIdentifier",
  resourceId: "DbClusterResourceId",
  encrypted: "StorageEncrypted",
  source: "SourceDBClusterSnapshotArn",
  filters: { snapshot: "db-cluster-snapshot-id", database: "db-cluster-id" },
  tagKey: "rds:cluster-snapshot-tag",
  quota: "dbClusterSnapshots",
  longestId: 63,
  copying: "copying",
  codes: {
    exists: "DBClusterSnapshotAlreadyExistsFault",
    notFound: "DBClusterSnapshotNotFoundFault",
    state: "InvalidDBClusterSnapshotStateFault",
    noDatabase: "DBClusterNotFoundFault",
  },
};

export const FAMILIES: readonly SnapshotFamily[] = [DB_SNAPSHOTS, CLUSTER_SNAPSHOTS];

/** `DBSnapshotIdentifier` */
export function idMember({ noun }: SnapshotFamily): string {
  return `${noun}Identifier`;
}

export function rdsArn(region: string, account: string, type: string, id: string): string {
  return formatArn({
    partition: partitionOf(region),
    service: "rds",
    region,
    account,
    resource: `${type}:${id}`,
  });
}

export function snapshotNotFound({ noun, codes }: SnapshotFamily, id: string): AwsError {
  return new AwsError(codes.notFound, `${noun} not found: ${id}`, 404);
}

export function wrongState({ codes }: SnapshotFamily, message: string): AwsError {
  return new AwsError(codes.state, message);
}
