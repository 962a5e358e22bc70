import { LINEAGE_TAGS, type Rule } from "../../../topology";
import { isThere } from "./fate";
import type { ImageView } from "../../../scripts/aws";
import type { SourceContext } from "../../../scripts/engine/context";

/**
 * The image that a rule copies now: the image that a run has pinned, the image with the rule's id, or the newest of the
 * account's own available images whose name matches. Undefined if there is none.
 */
export async function resolveSourceImage(
  context: SourceContext,
  rule: Rule,
  pinnedImageId?: string,
): Promise<ImageView | undefined> {
  const images = context.aws.images(rule.from);
  const imageId = pinnedImageId ?? ("imageId" in rule.from.select ? rule.from.select.imageId : undefined);
  if (imageId !== undefined) return (await images.describeImages({ "image-id": [imageId] })).find(isThere);
  if (!("newest" in rule.from.select)) return undefined;
  const found = await images.describeImages({ name: [rule.from.select.newest.name], state: ["available"] });
  return newest(found.filter((image) => !isOurs(image)));
}

/** A copy that Keyferry created is not an original, even if its name matches. */
function isOurs(image: ImageView): boolean {
  return LINEAGE_TAGS.node in image.tags;
}

/** Of two images that were created in the same second, always the same one is returned, regardless of EC2's order. */
function newest(images: readonly ImageView[]): ImageView | undefined {
  return [...images].sort(
    (a, b) => b.creationDate.localeCompare(a.creationDate) || b.id.localeCompare(a.id),
  )[0];
}
