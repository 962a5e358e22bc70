import type { Call, Operation } from "../../contract";
import type { MountedService, Relay } from "../../dispatch";
import { object, text } from "../ec2/input";
import { authorised, given, ownArn, rows, type StoredTable } from "../stored/table";

const TABLE: StoredTable = {
  ...rows(
    { on: named("db", "DBInstanceIdentifier") },
    "DeleteDBInstance",
    "DescribeDBInstances",
    "ModifyDBInstance",
  ),
  CreateDBInstance: { on: named("db", "DBInstanceIdentifier"), tagging: "AddTagsToResource" },
  ...rows(
    { on: named("cluster", "DBClusterIdentifier") },
    "DeleteDBCluster",
    "DescribeDBClusters",
    "ModifyDBCluster",
  ),
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
    relays: Object.fromEntries(Object.keys(TABLE).map((name) => [name, withOwnKeys])),
    unlisted: "administrators",
  };
}

/** AWS managed keys that RDS uses: for storage, and for the secret with a managed password. */
const MANAGED_KEYS = ["alias/aws/rds", "alias/aws/secretsmanager"];

/** moto shows AWS managed keys of its own; the account has those of the rehearsal cloud's KMS. */
const withOwnKeys: Relay = async ({ call, cloud, request, forward }) => {
  const response = await forward(request);
  const { account } = call.caller;
  let body = String(response.body);
  for (const alias of body.includes(":kms:") ? MANAGED_KEYS : []) {
    const input = { KeyId: alias };
    const answer = await cloud.moto.json("kms", account, call.region, "TrentService.DescribeKey", input);
    const arn = text(object(answer, "KeyMetadata"), "Arn");
    if (arn !== undefined && body.includes(arn)) {
      body = body.replaceAll(arn, cloud.keys.managed(alias, account, call.region).arn);
    }
  }
  return { ...response, body };
};

/** A call that names no resource asks for all of the kind. */
function named(kind: string, member: string) {
  return (call: Call) => [ownArn(call, "rds", `${kind}:${given(call.input, member) || "*"}`)];
}
