import type { CopyNode } from "../../topology";
import type { ImageView } from "../aws";
import type { LookContext } from "../engine/context";
import type { JournalRecord } from "../engine/journal";
import { attemptOf, copyFilters } from "../engine/lineage";
import { isDead } from "../engine/poller";
import { startedCopies } from "../engine/started";

/** What stands of a node's copy. */
export interface FoundCopies {
  /** The copy to go on with: available or pending. */
  readonly living?: ImageView;
  /** Copies that failed and are still registered. */
  readonly dead: readonly ImageView[];
  /** The highest attempt seen. @default 0 - none */
  readonly lastAttempt: number;
}

/**
 * Looks for a node's copy of one source image by its lineage tags. An image that the journal knows is looked up by its
 * id as well, because an id is found sooner than a tag.
 */
export async function findCopy(
  context: LookContext,
  node: CopyNode,
  sourceImageId: string,
  past: readonly JournalRecord[] = [],
): Promise<FoundCopies> {
  const images = context.aws.images(node.place);
  const byTag = await images.describeImages(copyFilters(context.topology, node, sourceImageId));
  const known = startedCopies(past, node.id, sourceImageId).filter(
    (id) => !byTag.some((image) => image.imageId === id),
  );
  const byId = known.length === 0 ? [] : await images.describeImages({ "image-id": known });
  const found = [...byTag, ...byId].filter((image) => image.state !== "deregistered");
  const living = found.filter((image) => !isDead(image)).sort(availableFirst)[0];
  return {
    ...(living === undefined ? {} : { living }),
    dead: found.filter(isDead),
    lastAttempt: Math.max(0, ...found.map((image) => attemptOf(image.tags))),
  };
}

function availableFirst(a: ImageView, b: ImageView): number {
  return (
    Number(b.state === "available") - Number(a.state === "available") || attemptOf(b.tags) - attemptOf(a.tags)
  );
}
