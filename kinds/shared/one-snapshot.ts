import type { CopyNode, CopySource } from "../../topology";
import type { ReadContext, RunContext } from "../../scripts/engine/context";
import type { CopyView, ShownCopy } from "../../scripts/engine/copy";
import type { Change, ExaminedCopy } from "../kind";
import { wrongKey } from "./wrong-key";
import { wrongLineage } from "./wrong-lineage";

/**
 * Compares a copy that is one snapshot with its source: it has ended well, under exactly this key, in its source's size, and carries
 * its tags. An encrypted snapshot cannot be public. Reads only.
 * @param keyArn of the key that it must be under; undefined: there is none, and no copy can be verified
 * @param shown the copy as AWS shows it; undefined: it does not exist
 * @param good AWS's word for a copy that has ended well
 */
export function examineSnapshot<R extends CopyView>(
  context: ReadContext,
  node: CopyNode,
  source: CopySource,
  copyId: string,
  keyArn: string | undefined,
  shown: ShownCopy<R> | undefined,
  good: string,
): ExaminedCopy<R> {
  if (shown === undefined) return { changes: [], differences: [`${copyId} does not exist`] };
  const { copy, snapshots } = shown;
  return {
    shown,
    changes: tagChanges(node, copy),
    differences: [
      ...(copy.state === good ? [] : [`${copyId} is ${copy.state}`]),
      ...(keyArn === undefined
        ? [`the key ${node.keyAlias}, which it should be under, does not exist`]
        : snapshots.flatMap((snapshot) => wrongKey(snapshot, keyArn))),
      ...snapshots.flatMap((snapshot) =>
        source.snapshots
          .filter(({ sizeGiB }) => sizeGiB !== snapshot.sizeGiB)
          .map(({ sizeGiB }) => `${copyId} has ${snapshot.sizeGiB} GiB instead of ${sizeGiB} GiB`),
      ),
      ...wrongLineage(context, node, source, copy.tags, copyId, copy.tags),
    ],
  };
}

/**
 * Sets the tags that the source or the topology has got since a copy was made.
 * @param add how its service is told
 * @returns whether anything was set
 */
export async function completeTags(
  context: RunContext,
  node: CopyNode,
  copy: CopyView,
  add: (tags: Readonly<Record<string, string>>) => Promise<void>,
): Promise<boolean> {
  const changes = tagChanges(node, copy);
  if (changes.length === 0) return false;
  await add(Object.fromEntries(changes.map(({ name, wanted }) => [name, wanted])));
  const set = changes.map(({ name }) => `tag ${name}`);
  context.emit({ code: "CopyCompleted", node: node.id, imageId: copy.id, set });
  return true;
}

/** Lineage tags are set by the creating call alone; tags that neither the source nor the topology has are left alone. */
function tagChanges({ tags: wanted }: CopyNode, { id, tags: found }: CopyView): readonly Change[] {
  return Object.entries(wanted)
    .filter(([key, value]) => !key.startsWith("keyferry:") && found[key] !== value)
    .map(([name, value]) => ({ name, resourceId: id, wanted: value, found: found[name], isTag: true }));
}
