import { setTimeout as pause } from "node:timers/promises";
import { KeyferryError } from "../core/errors";
import type { Rule } from "../topology";
import type { Administrator } from "./clients";
import { createSourceKeys } from "./furnish-key";
import { databases, idOf, rdsOf, snapshots, type DatabaseType, type Rds } from "./held-databases";
import { timeInNames } from "./time-in-names";

/** How often and how long the state of a snapshot is read; the rehearsal's clock runs faster than real time. */
const PAUSE_MS = 500;
const PATIENCE_MS = 120_000;

/** The smallest database of a type, and the names that RDS uses for its parts. Source: RDS API reference. */
const DATABASES = {
  instance: {
    noun: "DB instance",
    id: "DBInstanceIdentifier",
    snapshotId: "DBSnapshotIdentifier",
    traits: { Engine: "postgres", DBInstanceClass: "db.t4g.micro", AllocatedStorage: 20 },
    create: "CreateDBInstanceCommand",
    snapshot: "CreateDBSnapshotCommand",
  },
  cluster: {
    noun: "DB cluster",
    id: "DBClusterIdentifier",
    snapshotId: "DBClusterSnapshotIdentifier",
    traits: { Engine: "aurora-postgresql" },
    create: "CreateDBClusterCommand",
    snapshot: "CreateDBClusterSnapshotCommand",
  },
} as const;

/**
 * Takes a manual snapshot of the database of a rule; a database that does not exist is created under the rule's first key. A snapshot
 * that the rule names is taken once; otherwise each call takes a newer one.
 * @returns a description of what was created; undefined if nothing was
 */
export async function takeDatabaseSnapshot(
  endpoint: string,
  admin: Administrator,
  { name, from }: Rule,
): Promise<string | undefined> {
  const { account, region, select, keys } = from;
  if (!("of" in select)) return undefined;
  const way = DATABASES[select.of];
  const database = "database" in select ? select.database : name;
  const snapshot = "snapshot" in select ? select.snapshot : `${database}-${timeInNames()}`;
  const rds = rdsOf(endpoint, account.id, region);
  const [key] = await createSourceKeys(admin, keys);
  if ((await snapshots(rds, select.of)).some((one) => idOf(one) === snapshot)) return undefined;
  if (!(await databases(rds, select.of)).includes(database)) {
    await rds.client.send(
      new rds.sdk[way.create]({
        ...way.traits,
        [way.id]: database,
        MasterUsername: "keeper",
        MasterUserPassword: "rehearsal",
        StorageEncrypted: true,
        ...(key === undefined ? {} : { KmsKeyId: key }),
      }),
    );
  }
  await rds.client.send(new rds.sdk[way.snapshot]({ [way.id]: database, [way.snapshotId]: snapshot }));
  await untilAvailable(rds, select.of, snapshot);
  return `snapshot ${snapshot} of the ${way.noun} ${database}`;
}

/** @throws KeyferryError if the snapshot is not available in time */
async function untilAvailable(rds: Rds, of: DatabaseType, id: string): Promise<void> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = (await snapshots(rds, of)).find((one) => idOf(one) === id);
    if (found?.Status === "available") return;
    if (Date.now() > until) {
      throw new KeyferryError(
        `the snapshot ${id} is not available: its status is ${found?.Status ?? "missing"}`,
        {
          code: "RehearsalNotFurnished",
          source: "tool",
        },
      );
    }
    await pause(PAUSE_MS);
  }
}
