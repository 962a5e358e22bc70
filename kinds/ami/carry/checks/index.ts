import type { ImageView } from "../../../../scripts/aws";
import type { ReadContext } from "../../../../scripts/engine/context";
import type { Finding } from "../../../../scripts/engine/finding";
import type { Intent } from "../../../../scripts/engine/intent";
import type { Rule } from "../../../../topology";
import { checkMarketplace } from "./marketplace";
import { checkRegistrable } from "./registrable";
import { checkSnapshots } from "./snapshots";
import { checkSourceImage } from "./source-image";
import { checkStorable } from "./storable";

/** Whether an image exists that AWS would copy, and what prevents its copies. */
export async function checkSource(
  context: ReadContext,
  rule: Rule,
  image: ImageView | undefined,
  intent?: Intent,
): Promise<readonly Finding[]> {
  const isThere = checkSourceImage(rule, image, intent);
  if (image === undefined) return [isThere];
  return [
    isThere,
    checkMarketplace(rule, image),
    ...[checkStorable(rule, image), checkRegistrable(rule, image)].filter((finding) => finding !== undefined),
    ...(await checkSnapshots(context, rule, image)),
  ];
}
