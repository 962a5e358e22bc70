import { isAwsError } from "../../../../scripts/aws";
import type { RunContext } from "../../../../scripts/engine/context";
import { copyTags } from "../../../../scripts/engine/lineage";
import type { CopyNode } from "../../../../topology";
import { LINEAGE_TAGS } from "../../../../topology";
import type { Attempt, CopyOrigin } from "../../../kind";
import { keyOfEach } from "../../../shared/key-of-each";
import { AMI_LINEAGE, REGISTERED_TAGS } from "../../declare/lineage";
import { isThere } from "../fate";
import { proofOf } from "../lineage-proof";
import { copySnapshots } from "./copy-snapshots";
import { fingerprint } from "./fingerprint";
import { imageToRegister, onCopies, originVolumes } from "./read-image";

/**
 * Copies the snapshots of an image one by one, and registers an image of the copies with everything that RegisterImage takes. EC2
 * gives a name once in an account and Region, so that the same attempt again finds the same image instead of making a second one.
 * @returns id of the image
 */
export async function registerCopy(
  context: RunContext,
  node: CopyNode,
  origin: CopyOrigin,
  keyArn: string,
  { number: attempt }: Attempt,
): Promise<string> {
  context.emit({ code: "CopyStarting", node: node.id, fromImageId: origin.id, attempt });
  const imageId = (await registeredBefore(context, node, origin)) ?? (await register());
  context.emit({
    code: "CopyStarted",
    node: node.id,
    imageId,
    fromImageId: origin.id,
    origin: origin.sourceId,
    attempt,
  });
  return imageId;

  async function register(): Promise<string> {
    const { aws, topology, clock, settings, signal } = context;
    const [keyOf, image, volumes] = await Promise.all([
      keyOfEach(context, node, keyArn),
      imageToRegister(aws, node, origin.sourceId),
      originVolumes(aws, node, origin),
    ]);
    const copies = await copySnapshots({ context, node, origin, keyOf, attempt }, volumes);
    const stands = [...copies].map(([deviceName, snapshotId]) => ({ deviceName, snapshotId }));
    const lineage = { sourceId: origin.sourceId, parentId: origin.id };
    try {
      return await aws.registeredImages(node.place).register({
        ...image,
        name: node.copyName,
        ...(origin.description === undefined ? {} : { description: origin.description }),
        devices: onCopies(image.devices, copies),
        tags: {
          ...copyTags(topology, node, lineage, attempt),
          [REGISTERED_TAGS.as]: fingerprint(node.copyName, stands),
        },
      });
    } catch (error) {
      if (!isAwsError(error, "InvalidAMIName.Duplicate")) throw error;
      // What has just been registered may not be described yet.
      await clock.sleep(settings.settleSeconds, signal);
      const before = await registeredBefore(context, node, origin);
      if (before === undefined) throw error;
      return before;
    }
  }
}

/** The image of the node's name, where a run has registered it of this source. */
async function registeredBefore(
  { aws, topology }: RunContext,
  node: CopyNode,
  { sourceId }: CopyOrigin,
): Promise<string | undefined> {
  const named = await aws.images(node.place).describeImages({ name: [node.copyName] });
  return named.find(
    (image) =>
      isThere(image) &&
      proofOf(image) === "ours" &&
      image.tags[AMI_LINEAGE.source] === sourceId &&
      image.tags[LINEAGE_TAGS.topology] === topology.name &&
      image.tags[LINEAGE_TAGS.node] === node.id,
  )?.id;
}
