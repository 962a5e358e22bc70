import { AMI_LINEAGE } from "../declare/lineage";
import { usualCopyName, type CopyNode } from "../../../topology";
import type { ImageView } from "../../../scripts/aws";
import type { ClaimedCopies } from "../../../scripts/engine/copy";
import type { ReadContext } from "../../../scripts/engine/context";
import { copyFilters } from "../../../scripts/engine/lineage";
import { proofOf } from "./lineage-proof";

/**
 * Looks for a node's copies by their tags, and tells those that runs have made from those that only carry the tags.
 * @param sourceImageId of this source image only. @default - of any
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
 * Of the final copies that version 0.1 made through a transit copy nothing but the name proves who made them: EC2 gives a
 * name once in an account and Region, and never changes it, so that a copy of such a copy there has another one. Where the
 * source image is gone, and its name with it, nothing is proved.
 * @returns the names of copies by the ids of their source images, as far as those exist
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

/** Version 0.1 knew no patterns, and only final copies are not told by anything else. */
function nameOfCopy({ rule, destination: to }: CopyNode, source: ImageView): string | undefined {
  return to === undefined ? undefined : usualCopyName({ rule, to }, source);
}
