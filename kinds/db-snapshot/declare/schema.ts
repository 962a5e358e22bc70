import { z } from "zod";
import { destinationShape, parameterName, ruleShape, sourceShape } from "../../shared/declare/rule-schema";

/** Source: RDS API reference, CreateDBSnapshot, CreateDBClusterSnapshot; automated ones begin with `rds:`. */
const IDENTIFIER = "[a-zA-Z](?:-?[a-zA-Z0-9])*";
const snapshotIdentifier = z
  .string()
  .max(255)
  .regex(
    new RegExp(`^(rds:)?${IDENTIFIER}$`),
    "the identifier of a snapshot such as orders-2026-11 or rds:orders-2026-11-29-03-05",
  );
const databaseIdentifier = z
  .string()
  .max(63)
  .regex(new RegExp(`^${IDENTIFIER}$`), "the identifier of a database such as orders");

const source = z.strictObject({
  ...sourceShape,
  /** Identifier of one DB snapshot of a DB instance. Give either this, `clusterSnapshot` or `newest`. */
  snapshot: snapshotIdentifier.optional(),
  /** Identifier of one DB cluster snapshot of an Aurora or Multi-AZ DB cluster. */
  clusterSnapshot: snapshotIdentifier.optional(),
  /** The newest snapshot of a database that is available at the time of the run. */
  newest: z
    .strictObject({
      /** Identifier of a DB instance. Give either this or `cluster`. */
      instance: databaseIdentifier.optional(),
      /** Identifier of an Aurora or Multi-AZ DB cluster. */
      cluster: databaseIdentifier.optional(),
      /** Whether automated snapshots are considered in addition to manual ones. @default false */
      automated: z.boolean().optional(),
    })
    .optional(),
});

/** Source: RDS user guide, "Tagging Amazon RDS resources". */
const TAG_CHARACTERS = "[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]";
const tags = z.record(
  z
    .string()
    .regex(
      new RegExp(`^(?!rds:)${TAG_CHARACTERS}{1,128}$`, "u"),
      "a tag key that RDS accepts: letters, digits, spaces and _.:/=+-@",
    ),
  z
    .string()
    .regex(
      new RegExp(`^${TAG_CHARACTERS}{0,256}$`, "u"),
      "a tag value that RDS accepts: letters, digits, spaces and _.:/=+-@",
    ),
);

const destination = z.strictObject({
  ...destinationShape,
  /** How the copy is made. @default "copy-db-snapshot" */
  route: z.literal("copy-db-snapshot").optional(),
});

/** A rule for a snapshot of a database: its source and its destinations. */
export const databaseSchema = z.strictObject({
  /** The snapshot to copy. */
  from: source,
  /** The destinations of the copies. */
  to: z.array(destination).min(1, "at least one destination"),
  ...ruleShape,
  /** Tags of every copy. RDS accepts letters, digits, spaces and _.:/=+-@. @default {} */
  tags: tags.optional(),
  /** SSM parameter with the copy's ARN, written in each destination once the copy is verified. @default - not published */
  publishTo: parameterName.optional(),
});

/** `instance` of an RDS DB instance, `cluster` of an Aurora or Multi-AZ DB cluster. */
export type DatabaseType = "instance" | "cluster";

/** How a snapshot is selected: one by its identifier, or the newest of a database. */
export type DatabaseSelector =
  | { readonly of: DatabaseType; readonly snapshot: string }
  | { readonly of: DatabaseType; readonly database: string; readonly automated: boolean };
