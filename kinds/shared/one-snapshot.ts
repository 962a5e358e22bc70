import type { CopyNode, CopySource } from "../../topology";
import type { ReadContext, RunContext } from "../../scripts/engine/context";
import type { CopyView, ShownCopy } from "../../scripts/engine/copy";
import type { Change, ExaminedCopy } from "../kind";
import { wrongKey } from "./wrong-key";
import { wrongLineage } from "./wrong-lineage";

/**
 * Compares a copy that is one snapshot with its source: it is complete, under exactly this key, has its source's size, and has
 * its tags. An encrypted snapshot cannot be public. Only reads.
 * @param keyArn of the key that it must be under; undefined: the key does not exist, and no copy can be verified
 * @param shown the copy as AWS shows it; undefined: it does not exist
 * @param good AWS's state of a copy that is complete
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
 * Sets tags that were added to the source or the topology after a copy was created.
 * @param add sets the tags in the copy's service
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

/** Lineage tags are set only by the creating call; tags that neither the source nor the topology has are not changed. */
function tagChanges({ tags: wanted }: CopyNode, { id, tags: found }: CopyView): readonly Change[] {
  return Object.entries(wanted)
    .filter(([key, value]) => !key.startsWith("keyferry:") && found[key] !== value)
    .map(([name, value]) => ({ name, resourceId: id, wanted: value, found: found[name], isTag: true }));
}
