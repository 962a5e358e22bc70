import type { Rule } from "../../../topology";
import type { Filters } from "../../../scripts/aws";
import type { SourceContext } from "../../../scripts/engine/context";
import { fateOf, toCopy, type SnapshotCopy } from "./snapshot-copy";

/**
 * The snapshot that a rule copies now: the snapshot that a run has pinned, the one with the rule's id, or the newest completed
 * snapshot that the account owns, of a volume or with some tags. Undefined if there is none.
 */
export async function resolveSource(
  context: SourceContext,
  rule: Rule,
  pinnedId?: string,
): Promise<SnapshotCopy | undefined> {
  const snapshots = context.aws.images(rule.from);
  const { select } = rule.from;
  const id = pinnedId ?? ("snapshotId" in select ? select.snapshotId : undefined);
  if (id !== undefined) {
    const found = await snapshots.describeSnapshots({ "snapshot-id": [id] });
    return found.map(toCopy).find((snapshot) => fateOf(snapshot) !== "dead");
  }
  if (!("latest" in select)) return undefined;
  const found = await snapshots.describeSnapshots(filtersOf(select.latest));
  return found.map(toCopy).filter(isOriginal).sort(newestFirst)[0];
}

function filtersOf({
  volumeId,
  tags,
}: {
  readonly volumeId?: string;
  readonly tags: Readonly<Record<string, string>>;
}): Filters {
  return {
    status: ["completed"],
    ...(volumeId === undefined ? {} : { "volume-id": [volumeId] }),
    ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`tag:${key}`, [exactly(value)]])),
  };
}

/** In filters `*` and `?` are wildcards. Source: EC2 API reference, "Filtering" (a backslash before them). */
function exactly(value: string): string {
  return value.replace(/[\\*?]/g, "\\$&");
}

/** A copy that Keyferry created is not an original, even if its tags match. */
function isOriginal({ tags }: SnapshotCopy): boolean {
  return !("keyferry:node" in tags);
}

/** Of two snapshots that were created in the same second, always the same one comes first, regardless of EC2's order. */
function newestFirst(a: SnapshotCopy, b: SnapshotCopy): number {
  return b.creationDate.localeCompare(a.creationDate) || b.id.localeCompare(a.id);
}
