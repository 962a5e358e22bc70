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
  /** One DB snapshot, of a DB instance, by its identifier. Give this, `clusterSnapshot` or `newest`. */
  snapshot: snapshotIdentifier.optional(),
  /** One DB cluster snapshot, of an Aurora or Multi-AZ DB cluster, by its identifier. */
  clusterSnapshot: snapshotIdentifier.optional(),
  /** The newest available snapshot of a database, at the time of the run. */
  newest: z
    .strictObject({
      /** A DB instance, by its identifier. Give either this or `cluster`. */
      instance: databaseIdentifier.optional(),
      /** An Aurora or Multi-AZ DB cluster, by its identifier. */
      cluster: databaseIdentifier.optional(),
      /** Whether automated snapshots count as well, and not only manual ones. @default false */
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
      "a tag key that RDS takes: letters, digits, spaces and _.:/=+-@",
    ),
  z
    .string()
    .regex(
      new RegExp(`^${TAG_CHARACTERS}{0,256}$`, "u"),
      "a tag value that RDS takes: letters, digits, spaces and _.:/=+-@",
    ),
);

const destination = z.strictObject({
  ...destinationShape,
  /** How the copy travels. @default "copy-db-snapshot" */
  route: z.literal("copy-db-snapshot").optional(),
});

/** A snapshot of a database: where it comes from, and where it goes. */
export const databaseSchema = z.strictObject({
  /** The snapshot that is carried. */
  from: source,
  /** Where it is carried. */
  to: z.array(destination).min(1, "at least one destination"),
  ...ruleShape,
  /** Set on every copy; RDS takes letters, digits, spaces and _.:/=+-@. @default {} */
  tags: tags.optional(),
  /** SSM parameter with the copy's ARN, written in each destination once the copy is verified. @default - not published */
  publishTo: parameterName.optional(),
});

/** `instance` of an RDS DB instance, `cluster` of an Aurora or Multi-AZ DB cluster. */
export type DatabaseType = "instance" | "cluster";

/** Which snapshot: one by its identifier, or the newest of a database. */
export type DatabaseSelector =
  | { readonly of: DatabaseType; readonly snapshot: string }
  | { readonly of: DatabaseType; readonly database: string; readonly automated: boolean };
