import type { z } from "zod";
import type { DeclaredKind } from "../../declared-kind";
import { DATABASE_CALLS } from "./calls";
import { checkSource, sourceWords } from "./check";
import { DB_SNAPSHOT_LINEAGE } from "./lineage";
import { DATABASE_ROWS } from "./rows";
import { databaseSchema, type DatabaseSelector, type DatabaseType } from "./schema";

export type { DatabaseSelector, DatabaseType } from "./schema";

type ValidDatabase = z.output<typeof databaseSchema>;

/** Snapshots of RDS DB instances and of Aurora and Multi-AZ DB clusters, by CopyDBSnapshot and CopyDBClusterSnapshot. */
export const dbSnapshot = {
  name: "db-snapshot",
  noun: { one: "database snapshot", many: "database snapshots" },
  keysThrough: "rds",
  removal: "delete",
  parameterType: "text",
  lineage: DB_SNAPSHOT_LINEAGE,
  schema: databaseSchema,
  checkSource,
  checkDestination: () => [],
  sourceWords,
  selectorOf,
  selectorWords,
  optionsOf: () => ({}),
  rows: DATABASE_ROWS,
  calls: DATABASE_CALLS,
} as const satisfies DeclaredKind;

function selectorOf({ snapshot, clusterSnapshot, newest }: ValidDatabase["from"]): DatabaseSelector {
  if (snapshot !== undefined) return { of: "instance", snapshot: snapshot.toLowerCase() };
  if (clusterSnapshot !== undefined) return { of: "cluster", snapshot: clusterSnapshot.toLowerCase() };
  const { instance, cluster = "", automated = false } = newest ?? {};
  return {
    of: instance === undefined ? "cluster" : "instance",
    database: (instance ?? cluster).toLowerCase(),
    automated,
  };
}

const NOUNS: Readonly<Record<DatabaseType, string>> = { instance: "DB instance", cluster: "DB cluster" };

function selectorWords(select: DatabaseSelector): string {
  if ("snapshot" in select) return select.snapshot;
  const automated = select.automated ? ", automated ones included" : "";
  return `newest of the ${NOUNS[select.of]} ${select.database}${automated}`;
}
