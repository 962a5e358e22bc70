import { setTimeout as pause } from "node:timers/promises";
import { KeyferryError } from "../core/errors";
import type { Rule } from "../topology";
import type { Administrator } from "./clients";
import { createSourceKeys } from "./furnish-key";
import { databases, idOf, rdsOf, snapshots, type DatabaseType, type Rds } from "./held-databases";
import { timeInNames } from "./time-in-names";

/** How often a snapshot is looked for, and for how long; the rehearsal's clock runs faster than the wall's. */
const PAUSE_MS = 500;
const PATIENCE_MS = 120_000;

/** The smallest database of a type, and what RDS calls its parts. Source: RDS API reference. */
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
 * A manual snapshot of the database of a rule, which is made where it is not there, under the rule's first key. Where the rule names the
 * snapshot, it is taken once; otherwise there is a newer one each time.
 * @returns what was made, in words; undefined where nothing was
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

/** @throws KeyferryError where the snapshot is not available in time */
async function untilAvailable(rds: Rds, of: DatabaseType, id: string): Promise<void> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = (await snapshots(rds, of)).find((one) => idOf(one) === id);
    if (found?.Status === "available") return;
    if (Date.now() > until) {
      throw new KeyferryError(`the snapshot ${id} is ${found?.Status ?? "not there"}, and not available`, {
        code: "RehearsalNotFurnished",
        source: "tool",
      });
    }
    await pause(PAUSE_MS);
  }
}
