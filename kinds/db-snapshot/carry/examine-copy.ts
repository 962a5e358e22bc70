import type { CopyNode, CopySource } from "../../../topology";
import type { ReadContext, RunContext } from "../../../scripts/engine/context";
import type { ShownCopy } from "../../../scripts/engine/copy";
import type { Change, ExaminedCopy } from "../../kind";
import { wrongKey } from "../../shared/wrong-key";
import { wrongLineage } from "../../shared/wrong-lineage";
import { asSnapshot, toCopy, type DatabaseCopy } from "./database-copy";
import { snapshotsByArns } from "./look";

/**
 * Compares a copy with its source: it is available, under exactly this key, in its source's size, and carries its tags. An
 * encrypted snapshot cannot be public. Reads only.
 * @param keyArn of the key that it must be under; undefined: there is none, and no copy can be verified
 * @param seen how AWS has just shown the copy. @default - it is read
 */
export async function examineCopy(
  context: ReadContext,
  node: CopyNode,
  source: CopySource,
  copyId: string,
  keyArn: string | undefined,
  seen?: ShownCopy<DatabaseCopy>,
): Promise<ExaminedCopy<DatabaseCopy>> {
  const shown = seen ?? (await readCopy(context, node, copyId));
  if (shown === undefined) return { changes: [], differences: [`${copyId} does not exist`] };
  const { copy } = shown;
  return {
    shown,
    changes: changesOf(node, copy),
    differences: [
      ...(copy.state === "available" ? [] : [`${copyId} is ${copy.state}`]),
      ...(keyArn === undefined
        ? [`there is no key ${node.keyAlias} to verify it by`]
        : wrongKey(asSnapshot(copy.snapshot), keyArn)),
      ...source.snapshots
        .filter(({ sizeGiB }) => sizeGiB !== copy.snapshot.sizeGiB)
        .map(({ sizeGiB }) => `${copyId} has ${copy.snapshot.sizeGiB} GiB instead of ${sizeGiB} GiB`),
      ...wrongLineage(context, node, source, copy.tags, copyId, copy.tags),
    ],
  };
}

/** Sets the tags that the source or the topology has got since. @returns whether anything was set */
export async function completeCopy(
  context: RunContext,
  node: CopyNode,
  _source: CopySource,
  { copy }: ShownCopy<DatabaseCopy>,
): Promise<boolean> {
  const changes = changesOf(node, copy);
  if (changes.length === 0) return false;
  const tags = Object.fromEntries(changes.map(({ name, wanted }) => [name, wanted]));
  await context.aws.databases(node.place).addTags(copy.id, tags);
  const set = changes.map(({ name }) => `tag ${name}`);
  context.emit({ code: "CopyCompleted", node: node.id, imageId: copy.id, set });
  return true;
}

/** Lineage tags are set by the creating call alone; tags that neither the source nor the topology has are left alone. */
function changesOf({ tags: wanted }: CopyNode, { id, tags: found }: DatabaseCopy): readonly Change[] {
  return Object.entries(wanted)
    .filter(([key, value]) => !key.startsWith("keyferry:") && found[key] !== value)
    .map(([name, value]) => ({ name, resourceId: id, wanted: value, found: found[name], isTag: true }));
}

async function readCopy(
  { aws }: ReadContext,
  { place }: CopyNode,
  copyId: string,
): Promise<ShownCopy<DatabaseCopy> | undefined> {
  const [snapshot] = await snapshotsByArns(aws, place, [copyId]);
  return snapshot === undefined ? undefined : { copy: toCopy(snapshot), snapshots: [asSnapshot(snapshot)] };
}
