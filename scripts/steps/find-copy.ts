import type { CopyNode } from "../../topology";
import type { Kind } from "../../kinds/kind";
import type { ReadContext } from "../engine/context";
import type { CopyView } from "../engine/copy";
import type { JournalRecord } from "../engine/journal";
import { attemptOf } from "../engine/lineage";
import { startedCopies } from "../engine/started";

/** What stands of a node's copy. */
export interface FoundCopies {
  /** The copy to go on with: available or pending. */
  readonly living?: CopyView;
  /** Copies that failed and are still registered. */
  readonly dead: readonly CopyView[];
  /** What carries the copy's tags and was made by somebody else. */
  readonly others: readonly CopyView[];
  /** The highest attempt seen. @default 0 - none */
  readonly lastAttempt: number;
}

/**
 * Looks for a node's copy of one source image by its lineage tags, which AWS's own record of the copy must bear out. An
 * image that the journal knows is looked up by its id as well, because an id is found sooner than a tag.
 */
export async function findCopy(
  context: ReadContext,
  kind: Kind,
  node: CopyNode,
  sourceImageId: string,
  past: readonly JournalRecord[] = [],
): Promise<FoundCopies> {
  const { ours, others } = await kind.claimedCopies(context, node, sourceImageId);
  const known = startedCopies(past, node.id, sourceImageId).filter(
    (id) => !ours.some((image) => image.id === id),
  );
  const byId = known.length === 0 ? [] : await kind.byIds(context, node.place, known);
  const isDead = (copy: CopyView) => kind.fateOf(copy) === "dead";
  const found = [...ours, ...byId].filter((image) => image.state !== "deregistered");
  const living = found.filter((copy) => !isDead(copy)).sort(availableFirst)[0];
  return {
    ...(living === undefined ? {} : { living }),
    dead: found.filter(isDead),
    others: others.filter((image) => !byId.some(({ id: imageId }) => imageId === image.id)),
    lastAttempt: Math.max(0, ...found.map((image) => attemptOf(image.tags))),
  };
}

function availableFirst(a: CopyView, b: CopyView): number {
  return (
    Number(b.state === "available") - Number(a.state === "available") || attemptOf(b.tags) - attemptOf(a.tags)
  );
}
