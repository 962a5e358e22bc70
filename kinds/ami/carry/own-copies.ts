import { AMI_LINEAGE } from "../declare/lineage";
import { usualCopyName, type CopyNode } from "../../../topology";
import type { ImageView } from "../../../scripts/aws";
import type { ClaimedCopies } from "../../../scripts/engine/copy";
import type { ReadContext } from "../../../scripts/engine/context";
import { copyFilters } from "../../../scripts/engine/lineage";
import { proofOf } from "./lineage-proof";

/**
 * Finds a node's copies by their tags, and separates copies that runs created from images that only have the tags.
 * @param sourceImageId only copies of this source image. @default - of any
 */
export async function claimedCopies(
  context: ReadContext,
  node: CopyNode,
  sourceImageId?: string,
): Promise<ClaimedCopies<ImageView>> {
  const filters = copyFilters(context.topology, node, sourceImageId);
  const images = await context.aws.images(node.place).describeImages(filters);
  const unclear = images.filter((image) => proofOf(image) === "unclear");
  const nameOf = await namesOfCopies(context, node, unclear);
  const isNamed = ({ name, tags }: ImageView) => nameOf.get(sourceOf(tags)) === name;
  const isOurs = (image: ImageView) =>
    proofOf(image) === "ours" || (unclear.includes(image) && isNamed(image));
  return {
    ours: images.filter(isOurs),
    others: images.filter((image) => !isOurs(image)),
    unproved: unclear.filter(({ tags }) => !nameOf.has(sourceOf(tags))),
  };
}

/**
 * For final copies that version 0.1 created through a transit copy, only the name proves who created them: a name is unique in an
 * account and Region and never changes, so a copy of such a copy there has another name. If the source image, and so its name,
 * no longer exists, nothing is proved.
 * @returns the names of copies by the ids of their source images, as far as these exist
 */
async function namesOfCopies(
  { aws }: ReadContext,
  node: CopyNode,
  images: readonly ImageView[],
): Promise<ReadonlyMap<string, string | undefined>> {
  if (images.length === 0) return new Map();
  const ids = [...new Set(images.map(({ tags }) => sourceOf(tags)))];
  const sources = await aws.images(node.rule.from).describeImages({ "image-id": ids });
  return new Map(sources.map((source) => [source.id, nameOfCopy(node, source)]));
}

function sourceOf(tags: ImageView["tags"]): string {
  return tags[AMI_LINEAGE.source] ?? "";
}

/** Version 0.1 had no name patterns, and only final copies need the name as proof. */
function nameOfCopy({ rule, destination: to }: CopyNode, source: ImageView): string | undefined {
  return to === undefined ? undefined : usualCopyName({ rule, to }, source);
}
