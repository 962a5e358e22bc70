import type { CopyNode } from "../../topology";
import type { ImageView } from "../aws";
import type { ReadContext } from "../engine/context";
import type { JournalRecord } from "../engine/journal";
import { attemptOf } from "../engine/lineage";
import { isDead } from "../engine/poller";
import { startedCopies } from "../engine/started";
import { claimedCopies } from "./own-copies";

/** What stands of a node's copy. */
export interface FoundCopies {
  /** The copy to go on with: available or pending. */
  readonly living?: ImageView;
  /** Copies that failed and are still registered. */
  readonly dead: readonly ImageView[];
  /** What carries the copy's tags and was made by somebody else. */
  readonly others: readonly ImageView[];
  /** The highest attempt seen. @default 0 - none */
  readonly lastAttempt: number;
}

/**
 * Looks for a node's copy of one source image by its lineage tags, which AWS's own record of the copy must bear out. An
 * image that the journal knows is looked up by its id as well, because an id is found sooner than a tag.
 */
export async function findCopy(
  context: ReadContext,
  node: CopyNode,
  sourceImageId: string,
  past: readonly JournalRecord[] = [],
): Promise<FoundCopies> {
  const { ours, others } = await claimedCopies(context, node, sourceImageId);
  const known = startedCopies(past, node.id, sourceImageId).filter(
    (id) => !ours.some((image) => image.id === id),
  );
  const byId =
    known.length === 0 ? [] : await context.aws.images(node.place).describeImages({ "image-id": known });
  const found = [...ours, ...byId].filter((image) => image.state !== "deregistered");
  const living = found.filter((image) => !isDead(image)).sort(availableFirst)[0];
  return {
    ...(living === undefined ? {} : { living }),
    dead: found.filter(isDead),
    others: others.filter((image) => !byId.some(({ id: imageId }) => imageId === image.id)),
    lastAttempt: Math.max(0, ...found.map((image) => attemptOf(image.tags))),
  };
}

function availableFirst(a: ImageView, b: ImageView): number {
  return (
    Number(b.state === "available") - Number(a.state === "available") || attemptOf(b.tags) - attemptOf(a.tags)
  );
}
