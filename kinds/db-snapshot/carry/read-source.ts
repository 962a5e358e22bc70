import type { CopySource, Rule } from "../../../topology";
import type { SourceContext } from "../../../scripts/engine/context";
import { userTags } from "../../../scripts/engine/lineage";
import { keyOf } from "../../shared/key-of";
import { asSnapshot, type DatabaseCopy } from "./database-copy";

/** Reads the properties that determine the route: the owner of the snapshot's key, and whether RDS can share the snapshot. */
export async function readSource(
  context: SourceContext,
  rule: Rule,
  { id, name, tags, snapshot }: DatabaseCopy,
): Promise<CopySource> {
  const aliases = snapshot.encrypted
    ? await context.aws.keys(rule.from).aliases()
    : new Map<string, readonly string[]>();
  return {
    id,
    name,
    tags: Object.fromEntries(Object.entries(userTags(tags)).filter(([key]) => !key.startsWith("rds:"))),
    snapshots: [
      {
        snapshotId: id,
        sizeGiB: snapshot.sizeGiB,
        ...(snapshot.dataBytes === undefined ? {} : { dataBytes: snapshot.dataBytes }),
        ...(snapshot.type === "automated"
          ? { unshareable: "is an automated snapshot, which cannot be shared" }
          : {}),
        ...keyOf(asSnapshot(snapshot), aliases),
      },
    ],
  };
}
