/**
 * What happens to snapshots when moto creates or deletes a database: automated ones are created and deleted, a final
 * one is taken.
 */
import type { Relay } from "../../dispatch";
import { text } from "../ec2/input";
import { drop, ownedBy } from "../ec2/shelf";
import { takeSnapshot, type RdsParts } from "./create";
import { readDatabase } from "./databases";
import type { SnapshotFamily } from "./family";
import { required } from "./input";

/** The same parameter requests a final snapshot of an instance or a cluster. */
const FINAL = "FinalDBSnapshotIdentifier";

/** After CreateDBInstance, CreateDBCluster: RDS creates the first automated backup, unless none are kept. */
export function backingUp(parts: RdsParts, family: SnapshotFamily, relay: Relay): Relay {
  return async (exchange) => {
    const response = await relay(exchange);
    if (response.status >= 400) return response;
    const { call, cloud } = exchange;
    const { account } = call.caller;
    const database = await readDatabase(
      cloud,
      account,
      call.region,
      family,
      required(call.input, family.databaseId),
    );
    if (database.backupRetention === 0 || database.cluster !== undefined) return response;
    const at = cloud.clock.now().toISOString().slice(0, 16).replace(/[T:]/g, "-");
    const id = `rds:${database.database}-${at}`;
    takeSnapshot(parts, cloud, family, {
      account,
      region: call.region,
      id,
      database,
      tags: {},
      type: "automated",
    });
    return response;
  };
}

/** DeleteDBInstance, DeleteDBCluster: with a final snapshot, if one is named; automated ones are deleted with the database. */
export function endingBackups(parts: RdsParts, family: SnapshotFamily, relay: Relay): Relay {
  return async (exchange) => {
    const { call, cloud, request } = exchange;
    const { account } = call.caller;
    const id = text(call.input, FINAL);
    const name = required(call.input, family.databaseId);
    const database =
      id === undefined ? undefined : await readDatabase(cloud, account, call.region, family, name);
    const form = new URLSearchParams(request.body.toString());
    if (id !== undefined) {
      form.delete(FINAL);
      form.set("SkipFinalSnapshot", "true");
    }
    const body = Buffer.from(form.toString());
    const response = await relay({ ...exchange, request: id === undefined ? request : { ...request, body } });
    if (response.status >= 400) return response;
    for (const snapshot of [...ownedBy(parts.rds.snapshots, call.region, account)]) {
      const isOfIt = snapshot.of === family.of && snapshot.database === name.toLowerCase();
      if (isOfIt && snapshot.type === "automated") drop(parts.rds.snapshots, snapshot.arn);
    }
    if (id !== undefined && database !== undefined) {
      takeSnapshot(parts, cloud, family, {
        account,
        region: call.region,
        id: id.toLowerCase(),
        database,
        tags: {},
      });
    }
    return response;
  };
}
