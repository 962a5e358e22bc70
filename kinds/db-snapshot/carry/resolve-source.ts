import type { Rule } from "../../../topology";
import { dbSnapshotArn, type DbSnapshotView } from "../../../scripts/aws";
import type { SourceContext } from "../../../scripts/engine/context";
import { fateOf, toCopy, type DatabaseCopy } from "./database-copy";

/**
 * Which snapshot a rule carries now: the one that a run has pinned, the one named by its identifier, or the newest available one of a
 * database, automated ones only where the rule says so. Undefined when there is none.
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

/** Those of AWS Backup belong to its vaults. */
function isCarried({ state, type }: DbSnapshotView): boolean {
  return state === "available" && ["manual", "automated"].includes(type);
}

/** A copy that Keyferry has made is not an original. */
function isOriginal({ tags }: DbSnapshotView): boolean {
  return !("keyferry:node" in tags);
}

/** Of two that were made in the same second it is always the same, in whatever order RDS lists them. */
function newestFirst(a: DatabaseCopy, b: DatabaseCopy): number {
  return b.creationDate.localeCompare(a.creationDate) || b.id.localeCompare(a.id);
}
