import type { Rule } from "../../../topology";
import { dbSnapshotArn, type DbSnapshotView } from "../../../scripts/aws";
import type { SourceContext } from "../../../scripts/engine/context";
import { fateOf, toCopy, type DatabaseCopy } from "./database-copy";

/**
 * The snapshot that a rule copies now: the snapshot that a run has pinned, the one with the rule's identifier, or the newest available
 * one of a database. Automated snapshots are considered only if the rule includes them. Undefined if there is none.
 */
export async function resolveSource(
  { aws }: SourceContext,
  rule: Rule,
  pinnedId?: string,
): Promise<DatabaseCopy | undefined> {
  const port = aws.databases(rule.from);
  const { select } = rule.from;
  const named =
    pinnedId !== undefined
      ? dbSnapshotArn(pinnedId)
      : "snapshot" in select
        ? { of: select.of, id: select.snapshot }
        : undefined;
  if (named !== undefined) {
    const found = await port.snapshots(named.of, { ids: [named.id] });
    return found.map(toCopy).find((copy) => fateOf(copy) !== "dead");
  }
  if (!("database" in select)) return undefined;
  const { of, database, automated } = select;
  const found = await port.snapshots(of, { database, manual: !automated });
  return found.filter(isCarried).filter(isOriginal).map(toCopy).sort(newestFirst)[0];
}

/** Snapshots of AWS Backup belong to its vaults. */
function isCarried({ state, type }: DbSnapshotView): boolean {
  return state === "available" && ["manual", "automated"].includes(type);
}

/** A copy that Keyferry created is not an original. */
function isOriginal({ tags }: DbSnapshotView): boolean {
  return !("keyferry:node" in tags);
}

/** Of two snapshots that were created in the same second, always the same one comes first, regardless of RDS's order. */
function newestFirst(a: DatabaseCopy, b: DatabaseCopy): number {
  return b.creationDate.localeCompare(a.creationDate) || b.id.localeCompare(a.id);
}
