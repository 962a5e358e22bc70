import type { z } from "zod";
import type { DeclaredKind } from "../../declared-kind";
import { SNAPSHOT_CALLS } from "./calls";
import { checkSource, sourceWords } from "./check";
import { SNAPSHOT_LINEAGE } from "./lineage";
import { SNAPSHOT_ROWS } from "./rows";
import { snapshotSchema, type SnapshotSelector } from "./schema";

export type { SnapshotSelector } from "./schema";

type ValidSnapshot = z.output<typeof snapshotSchema>;

/** EBS snapshots that belong to no image, by CopySnapshot. */
export const ebsSnapshot = {
  name: "ebs-snapshot",
  noun: { one: "snapshot", many: "snapshots" },
  keysThrough: "ec2",
  removal: "delete",
  parameterType: "text",
  lineage: SNAPSHOT_LINEAGE,
  schema: snapshotSchema,
  checkSource,
  checkDestination: () => [],
  sourceWords,
  selectorOf: ({ snapshotId, newest }: ValidSnapshot["from"]): SnapshotSelector =>
    snapshotId === undefined ? { latest: { ...newest, tags: newest?.tags ?? {} } } : { snapshotId },
  selectorWords,
  optionsOf: () => ({}),
  rows: SNAPSHOT_ROWS,
  calls: SNAPSHOT_CALLS,
} as const satisfies DeclaredKind;

function selectorWords(select: SnapshotSelector): string {
  if ("snapshotId" in select) return select.snapshotId;
  const { volumeId, tags } = select.latest;
  const tagged = Object.entries(tags).map(([key, value]) => `${key}=${value}`);
  return ["newest", ...(volumeId === undefined ? [] : [`of ${volumeId}`]), ...tagged].join(" ");
}
