import type { NodeId } from "../../topology/ids";
import type { JournalRecord } from "./journal";

const indexes = new WeakMap<readonly JournalRecord[], ReadonlyMap<string, readonly string[]>>();

/** Ids of the copies of one source image that earlier runs started for a node, oldest first. */
export function startedCopies(
  past: readonly JournalRecord[],
  node: NodeId,
  sourceImageId: string,
): readonly string[] {
  return indexOf(past).get(`${node} ${sourceImageId}`) ?? [];
}

/** Built once for each list, because every node of a run uses it. */
function indexOf(past: readonly JournalRecord[]): ReadonlyMap<string, readonly string[]> {
  const known = indexes.get(past);
  if (known !== undefined) return known;
  const index = new Map<string, string[]>();
  for (const { event } of past) {
    if (event.code !== "CopyStarted") continue;
    const key = `${event.node} ${event.origin}`;
    const ids = index.get(key) ?? [];
    if (!ids.includes(event.imageId)) index.set(key, [...ids, event.imageId].slice(-5));
  }
  indexes.set(past, index);
  return index;
}
