import type { CopySource, Rule } from "../../../topology";
import type { SourceContext } from "../../../scripts/engine/context";
import { userTags } from "../../../scripts/engine/lineage";
import { keyOf } from "../../shared/key-of";
import type { SnapshotCopy } from "./snapshot-copy";

/** Reads the property that determines the route: the owner of the snapshot's key. */
export async function readSource(
  context: SourceContext,
  rule: Rule,
  { id, name, tags, snapshot }: SnapshotCopy,
): Promise<CopySource> {
  const aliases = snapshot.encrypted
    ? await context.aws.keys(rule.from).aliases()
    : new Map<string, readonly string[]>();
  return {
    id,
    name,
    ...(snapshot.description === undefined ? {} : { description: snapshot.description }),
    tags: userTags(tags),
    snapshots: [
      {
        snapshotId: id,
        sizeGiB: snapshot.sizeGiB,
        ...(snapshot.dataBytes === undefined ? {} : { dataBytes: snapshot.dataBytes }),
        ...keyOf(snapshot, aliases),
      },
    ],
  };
}
