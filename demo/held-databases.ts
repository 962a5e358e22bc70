import { sdk } from "../scripts/aws/sdk";
import type { RdsSdk, RdsSnapshot } from "../scripts/aws/sdk-parts";
import { clientOptions } from "./clients";

/** Calls that Keyferry itself never makes: it copies snapshots and does not take any. */
type Creation = `Create${"DBInstance" | "DBCluster" | "DBSnapshot" | "DBClusterSnapshot"}Command`;

export type DatabaseType = "instance" | "cluster";

/** A client of RDS, and its commands. */
export interface Rds {
  readonly sdk: RdsSdk & Readonly<Record<Creation, new (input: object) => object>>;
  readonly client: InstanceType<RdsSdk["RDSClient"]>;
}

/** A manual snapshot of a database, of an instance or a cluster. */
export interface HeldDatabase {
  readonly id: string;
  /** Identifier of the database. */
  readonly database: string;
  readonly keyArn: string | undefined;
}

/** RDS as an account's administrator. Loaded on demand, because topologies without databases do not need it. */
export function rdsOf(endpoint: string, account: string, region: string): Rds {
  const parts = sdk.rds() as Rds["sdk"];
  return { sdk: parts, client: new parts.RDSClient(clientOptions(endpoint, account, region)) };
}

/** Identifiers of the databases of a type that the account has in the Region. */
export async function databases({ sdk, client }: Rds, of: DatabaseType): Promise<readonly string[]> {
  const found: string[] = [];
  if (of === "instance") {
    for await (const { DBInstances = [] } of sdk.paginateDescribeDBInstances({ client }, {}))
      found.push(...DBInstances.map(({ DBInstanceIdentifier = "" }) => DBInstanceIdentifier));
  } else {
    for await (const { DBClusters = [] } of sdk.paginateDescribeDBClusters({ client }, {}))
      found.push(...DBClusters.map(({ DBClusterIdentifier = "" }) => DBClusterIdentifier));
  }
  return found;
}

/** Snapshots of a type of database that the account owns in the Region. */
export async function snapshots({ sdk, client }: Rds, of: DatabaseType): Promise<readonly RdsSnapshot[]> {
  const found: RdsSnapshot[] = [];
  if (of === "instance") {
    for await (const { DBSnapshots = [] } of sdk.paginateDescribeDBSnapshots({ client }, {}))
      found.push(...DBSnapshots);
  } else {
    for await (const { DBClusterSnapshots = [] } of sdk.paginateDescribeDBClusterSnapshots({ client }, {}))
      found.push(...DBClusterSnapshots);
  }
  return found;
}

export function idOf({ DBSnapshotIdentifier, DBClusterSnapshotIdentifier }: RdsSnapshot): string {
  return DBSnapshotIdentifier ?? DBClusterSnapshotIdentifier ?? "";
}

/** Manual snapshots of either type. */
export async function heldDatabases(rds: Rds): Promise<readonly HeldDatabase[]> {
  const found = [...(await snapshots(rds, "instance")), ...(await snapshots(rds, "cluster"))];
  return found
    .filter(({ SnapshotType }) => SnapshotType === "manual")
    .map((one) => ({
      id: idOf(one),
      database: one.DBInstanceIdentifier ?? one.DBClusterIdentifier ?? "",
      keyArn: one.KmsKeyId,
    }));
}
