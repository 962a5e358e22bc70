import { z } from "zod";
import {
  destinationShape,
  parameterName,
  ruleShape,
  sourceShape,
  tagsShape,
} from "../../shared/declare/rule-schema";

const source = z.strictObject({
  ...sourceShape,
  /** Id of one snapshot. Give either this or `newest`. */
  snapshotId: z
    .string()
    .regex(/^snap-[0-9a-f]{8,17}$/, "a snapshot id such as snap-0123456789abcdef0")
    .optional(),
  /** The newest completed snapshot that the account owns: of a volume, with all of the given tags, or both. */
  newest: z
    .strictObject({
      /** Id of the snapshot's volume. */
      volumeId: z
        .string()
        .regex(/^vol-[0-9a-f]{8,17}$/, "a volume id such as vol-0123456789abcdef0")
        .optional(),
      /** Tags that the snapshot must have, all of them. */
      tags: tagsShape.optional(),
    })
    .optional(),
});

const destination = z.strictObject({
  ...destinationShape,
  /** How the copy is made. @default "copy-snapshot" */
  route: z.literal("copy-snapshot").optional(),
});

/** A rule for an EBS snapshot that belongs to no image: its source and its destinations. */
export const snapshotSchema = z.strictObject({
  /** The snapshot to copy. */
  from: source,
  /** The destinations of the copies. */
  to: z.array(destination).min(1, "at least one destination"),
  ...ruleShape,
  /** SSM parameter with the copy's id, written in each destination once the copy is verified. @default - not published */
  publishTo: parameterName.optional(),
});

/** How a snapshot is selected: one by its id, or the newest of a volume, with all of the given tags, or both. */
export type SnapshotSelector =
  | { readonly snapshotId: string }
  | {
      readonly latest: {
        readonly volumeId?: string;
        readonly tags: Readonly<Record<string, string>>;
      };
    };
