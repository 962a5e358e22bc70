import type { CopyNode, CopySource } from "../../../topology";
import type { ReadContext, RunContext } from "../../../scripts/engine/context";
import type { ShownCopy } from "../../../scripts/engine/copy";
import type { ExaminedCopy } from "../../kind";
import { completeTags, examineSnapshot } from "../../shared/one-snapshot";
import { asSnapshot, toCopy, type DatabaseCopy } from "./database-copy";
import { snapshotsByArns } from "./look";

/** Compares a copy with its source. @param seen a recent description of the copy. @default - it is read */
export async function examineCopy(
  context: ReadContext,
  node: CopyNode,
  source: CopySource,
  copyId: string,
  keyArn: string | undefined,
  seen?: ShownCopy<DatabaseCopy>,
): Promise<ExaminedCopy<DatabaseCopy>> {
  const shown = seen ?? (await readCopy(context, node, copyId));
  return examineSnapshot(context, node, source, copyId, keyArn, shown, "available");
}

/** Sets tags that were added to the source or the topology later. @returns whether anything was set */
export function completeCopy(
  context: RunContext,
  node: CopyNode,
  _source: CopySource,
  { copy }: ShownCopy<DatabaseCopy>,
): Promise<boolean> {
  return completeTags(context, node, copy, (tags) =>
    context.aws.databases(node.place).addTags(copy.id, tags),
  );
}

async function readCopy(
  { aws }: ReadContext,
  { place }: CopyNode,
  copyId: string,
): Promise<ShownCopy<DatabaseCopy> | undefined> {
  const [snapshot] = await snapshotsByArns(aws, place, [copyId]);
  return snapshot === undefined ? undefined : { copy: toCopy(snapshot), snapshots: [asSnapshot(snapshot)] };
}
