import { isAwsError, type ImageView } from "../../../scripts/aws";
import type { RunContext } from "../../../scripts/engine/context";
import { LINEAGE_TAGS, type CopyNode } from "../../../topology";
import type { Attempt, CopyOrigin } from "../../kind";
import { tellingStart } from "../../shared/telling-start";
import { isThere } from "./fate";

/** How an image is created by a call that has no ClientToken. */
interface Making {
  /** Whether an image with the node's name and tags is the one that would be created. */
  isIt(image: ImageView): boolean;
  /** Creates it with the node's name. @returns its id */
  make(): Promise<string>;
}

/**
 * Creates an image once: image names are unique in an account and Region, so repeating the same attempt finds the same image
 * instead of creating a second one.
 * @returns id of the image
 * @throws AwsCallError `InvalidAMIName.Duplicate` if another image has the name
 */
export function onceByName(
  context: RunContext,
  node: CopyNode,
  origin: CopyOrigin,
  { number: attempt }: Attempt,
  { isIt, make }: Making,
): Promise<string> {
  const { aws, topology, clock, settings, signal } = context;
  return tellingStart(context, node, origin, attempt, async () => (await before()) ?? made());

  async function before(): Promise<string | undefined> {
    const named = await aws.images(node.place).describeImages({ name: [node.copyName] });
    return named.find(
      (image) =>
        isThere(image) &&
        image.tags[LINEAGE_TAGS.topology] === topology.name &&
        image.tags[LINEAGE_TAGS.node] === node.id &&
        isIt(image),
    )?.id;
  }

  async function made(): Promise<string> {
    try {
      return await make();
    } catch (error) {
      if (!isAwsError(error, "InvalidAMIName.Duplicate")) throw error;
      // An image that was just created may not be described yet.
      await clock.sleep(settings.settleSeconds, signal);
      const found = await before();
      if (found === undefined) throw error;
      return found;
    }
  }
}
