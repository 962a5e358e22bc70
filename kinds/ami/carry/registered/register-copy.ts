import type { RunContext } from "../../../../scripts/engine/context";
import { copyTags } from "../../../../scripts/engine/lineage";
import type { CopyNode } from "../../../../topology";
import type { Attempt, CopyOrigin } from "../../../kind";
import { keyOfEach } from "../../../shared/key-of-each";
import { AMI_LINEAGE, REGISTERED_TAGS } from "../../declare/lineage";
import { proofOf } from "../lineage-proof";
import { onceByName } from "../once-by-name";
import { copySnapshots } from "./copy-snapshots";
import { fingerprint } from "./fingerprint";
import { imageToRegister, onCopies, originVolumes } from "./read-image";

/**
 * Copies the snapshots of an image one by one, and registers an image from the copies, once, with everything that RegisterImage accepts.
 * @returns id of the image
 */
export function registerCopy(
  context: RunContext,
  node: CopyNode,
  origin: CopyOrigin,
  keyArn: string,
  attempt: Attempt,
): Promise<string> {
  return onceByName(context, node, origin, attempt, {
    isIt: (image) => proofOf(image) === "ours" && image.tags[AMI_LINEAGE.source] === origin.sourceId,
    make: register,
  });

  async function register(): Promise<string> {
    const { aws, topology } = context;
    const { number } = attempt;
    const [keyOf, image, volumes] = await Promise.all([
      keyOfEach(context, node, keyArn),
      imageToRegister(aws, node, origin.sourceId),
      originVolumes(aws, node, origin),
    ]);
    const copies = await copySnapshots({ context, node, origin, keyOf, attempt: number }, volumes);
    const copied = [...copies].map(([deviceName, snapshotId]) => ({ deviceName, snapshotId }));
    const lineage = { sourceId: origin.sourceId, parentId: origin.id };
    return aws.registeredImages(node.place).register({
      ...image,
      name: node.copyName,
      ...(origin.description === undefined ? {} : { description: origin.description }),
      devices: onCopies(image.devices, copies),
      tags: {
        ...copyTags(topology, node, lineage, number),
        [REGISTERED_TAGS.as]: fingerprint(node.copyName, copied),
      },
    });
  }
}
