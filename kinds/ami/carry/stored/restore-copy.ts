import { isAwsError } from "../../../../scripts/aws";
import type { RunContext } from "../../../../scripts/engine/context";
import { copyTags } from "../../../../scripts/engine/lineage";
import type { CopyNode } from "../../../../topology";
import { LINEAGE_TAGS } from "../../../../topology";
import type { Attempt, CopyOrigin } from "../../../kind";
import { isThere } from "../fate";
import { wayOf } from "./folders";
import { pushObject } from "./push-object";

/**
 * Brings the object of an image into the destination's bucket and restores it there. EC2 gives a name once in an account and
 * Region, so that the same attempt again finds the same image instead of making a second one.
 * @returns id of the restored image, which is pending
 */
export async function restoreCopy(
  context: RunContext,
  node: CopyNode,
  origin: CopyOrigin,
  { number: attempt }: Attempt,
): Promise<string> {
  context.emit({ code: "CopyStarting", node: node.id, fromImageId: origin.id, attempt });
  const imageId = (await restoredBefore(context, node)) ?? (await restore());
  context.emit({
    code: "CopyStarted",
    node: node.id,
    imageId,
    fromImageId: origin.id,
    origin: origin.sourceId,
    attempt,
  });
  return imageId;

  async function restore(): Promise<string> {
    const key = await pushObject(context, node, origin.id);
    const { receiver, to } = wayOf(context.aws, node);
    const lineage = { sourceId: origin.sourceId, parentId: origin.id };
    const tags = copyTags(context.topology, node, lineage, attempt);
    try {
      return await receiver.restore({ bucket: to.bucket, key, name: node.copyName, tags });
    } catch (error) {
      if (!isAwsError(error, "InvalidAMIName.Duplicate")) throw error;
      // What has just been restored may not be described yet.
      await context.clock.sleep(context.settings.settleSeconds, context.signal);
      const before = await restoredBefore(context, node);
      if (before === undefined) throw error;
      return before;
    }
  }
}

/** The image of the node's name, where it carries our tags. */
async function restoredBefore({ aws, topology }: RunContext, node: CopyNode): Promise<string | undefined> {
  const named = await aws.images(node.place).describeImages({ name: [node.copyName] });
  return named.find(
    (image) =>
      isThere(image) &&
      image.tags[LINEAGE_TAGS.topology] === topology.name &&
      image.tags[LINEAGE_TAGS.node] === node.id,
  )?.id;
}
