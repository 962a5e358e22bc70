import type { Call, Operation } from "../../contract";
import type { MountedService } from "../../dispatch";
import { authorised, given, ownArn, rows, type StoredTable } from "../stored/table";

const TABLE: StoredTable = {
  ...rows({ on: named("db", "DBInstanceIdentifier") }, "DeleteDBInstance", "DescribeDBInstances"),
  CreateDBInstance: { on: named("db", "DBInstanceIdentifier"), tagging: "AddTagsToResource" },
  ...rows({ on: named("cluster", "DBClusterIdentifier") }, "DeleteDBCluster", "DescribeDBClusters"),
  CreateDBCluster: { on: named("cluster", "DBClusterIdentifier"), tagging: "AddTagsToResource" },
  ...rows({ on: named("snapshot", "DBSnapshotIdentifier") }, "DeleteDBSnapshot", "DescribeDBSnapshots"),
  ...rows(
    { on: named("cluster-snapshot", "DBClusterSnapshotIdentifier") },
    "DeleteDBClusterSnapshot",
    "DescribeDBClusterSnapshots",
  ),
  DescribeDBInstanceAutomatedBackups: { on: named("auto-backup", "DbiResourceId") },
};

/** No cluster leaves backups behind here: moto deletes them with it. */
const describeClusterBackups: Operation = {
  checks: (call) => [
    {
      action: "rds:DescribeDBClusterAutomatedBackups",
      resource: ownArn(call, "rds", "cluster-auto-backup:*"),
    },
  ],
  run: () => ({ DBClusterAutomatedBackups: [] }),
};

/** RDS as an owner of encrypted storage: authorised by identity, kept by moto, which encrypts nothing. */
export function rdsService(): MountedService {
  return {
    name: "rds",
    protocol: "query",
    xmlNamespace: "http://rds.amazonaws.com/doc/2014-10-31/",
    operations: { DescribeDBClusterAutomatedBackups: describeClusterBackups },
    forwarded: authorised("rds", TABLE),
    unlisted: "administrators",
  };
}

/** A call that names no resource asks for all of the kind. */
function named(kind: string, member: string) {
  return (call: Call) => [ownArn(call, "rds", `${kind}:${given(call.input, member) || "*"}`)];
}
