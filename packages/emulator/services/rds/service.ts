import type { Call, Operation, OperationTable } from "../../contract";
import type { MountedService, Relay } from "../../dispatch";
import { object, text } from "../ec2/input";
import { authorised, given, ownArn, rows, type StoredTable } from "../stored/table";
import { backingUp, endingBackups } from "./backups";
import { copySnapshot } from "./copy";
import { createSnapshot, type RdsParts } from "./create";
import { deleteSnapshot } from "./delete";
import { describeSnapshots } from "./describe";
import { CLUSTER_SNAPSHOTS, DB_SNAPSHOTS, FAMILIES, type SnapshotFamily } from "./family";
import { attributeOperations } from "./sharing";
import { tagOperations } from "./tags";

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
  DescribeDBInstanceAutomatedBackups: { on: named("auto-backup", "DbiResourceId") },
};

/** Clusters leave no backups here: backups are deleted with the cluster. */
const describeClusterBackups: Operation = {
  checks: (call) => [
    {
      action: "rds:DescribeDBClusterAutomatedBackups",
      resource: ownArn(call, "rds", "cluster-auto-backup:*"),
    },
  ],
  run: () => ({ DBClusterAutomatedBackups: [] }),
};

/** RDS: snapshots are answered here; databases are authorised by identity and stored in moto, which encrypts nothing. */
export function rdsService(parts: RdsParts): MountedService {
  return {
    name: "rds",
    protocol: "query",
    xmlNamespace: "http://rds.amazonaws.com/doc/2014-10-31/",
    operations: {
      DescribeDBClusterAutomatedBackups: describeClusterBackups,
      ...tagOperations(parts.rds),
      ...Object.assign({}, ...FAMILIES.map((family) => snapshotOperations(parts, family))),
    },
    forwarded: authorised("rds", TABLE),
    relays: {
      ...Object.fromEntries(Object.keys(TABLE).map((name) => [name, withOwnKeys])),
      CreateDBInstance: backingUp(parts, DB_SNAPSHOTS, withOwnKeys),
      CreateDBCluster: backingUp(parts, CLUSTER_SNAPSHOTS, withOwnKeys),
      DeleteDBInstance: endingBackups(parts, DB_SNAPSHOTS, withOwnKeys),
      DeleteDBCluster: endingBackups(parts, CLUSTER_SNAPSHOTS, withOwnKeys),
    },
    unlisted: "administrators",
  };
}

function snapshotOperations(parts: RdsParts, family: SnapshotFamily): OperationTable {
  const { noun } = family;
  return {
    [`Copy${noun}`]: copySnapshot(parts, family),
    [`Create${noun}`]: createSnapshot(parts, family),
    [`Delete${noun}`]: deleteSnapshot(parts.rds, family),
    [`Describe${noun}s`]: describeSnapshots(parts.rds, family),
    ...attributeOperations(parts.rds, family),
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

/** A call that names no resource applies to all resources of the kind. */
function named(kind: string, member: string) {
  return (call: Call) => [ownArn(call, "rds", `${kind}:${given(call.input, member) || "*"}`)];
}
