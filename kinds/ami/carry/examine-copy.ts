import type { ImageView, SnapshotView } from "../../../scripts/aws";
import type { ReadContext } from "../../../scripts/engine/context";
import type { ShownCopy } from "../../../scripts/engine/copy";
import { type CopyNode, type CopySource } from "../../../topology";
import type { ExaminedCopy } from "../../kind";
import { keyOfEach } from "../../shared/key-of-each";
import { wrongKey } from "../../shared/wrong-key";
import { wrongLineage } from "../../shared/wrong-lineage";
import { changesOf } from "./changes";
import { differences } from "./parity";

/**
 * Compares a copy with its source: the copy is available, every snapshot is completed and under exactly this key, every volume
 * exists in its size, the attributes are those of the source, the tags are set, and the copy is not public. Only reads.
 * @param keyArn of the key that it must be under, except volumes with separate keys; undefined: the key does not exist, and no copy
 *   can be verified
 * @param seen a recent description of the copy. @default - it is read
 */
export async function examineCopy(
  context: ReadContext,
  node: CopyNode,
  source: CopySource,
  imageId: string,
  keyArn: string | undefined,
  seen?: ShownCopy<ImageView>,
): Promise<ExaminedCopy<ImageView>> {
  const shown = seen ?? (await lookAt(context, node, imageId));
  if (shown === undefined) return { changes: [], differences: [`${imageId} does not exist`] };
  const { copy: image, snapshots } = shown;
  const keyOf = keyArn === undefined ? undefined : await keyOfEach(context, node, keyArn);
  return {
    shown,
    changes: changesOf(node, source, shown, context.clock?.now() ?? new Date()),
    differences: [
      ...(image.state === "available" ? [] : [`${imageId} is ${image.state}`]),
      ...(keyArn === undefined ? [`the key ${node.keyAlias}, which it should be under, does not exist`] : []),
      ...(image.isPublic ? [`${imageId} is public; fix: remove its public launch permission`] : []),
      ...wrongLineage(context, node, source, image.tags, image.id, image.tags),
      ...wrongVolumes(source, image, snapshots),
      ...differences(source, image, node.registered !== undefined),
      ...snapshots.flatMap((snapshot) => [
        ...(keyOf === undefined ? [] : wrongKey(snapshot, keyOf(snapshot))),
        ...wrongLineage(context, node, source, image.tags, snapshot.snapshotId, snapshot.tags),
      ]),
    ],
  };
}

function wrongVolumes(source: CopySource, image: ImageView, snapshots: readonly SnapshotView[]): string[] {
  const missing = source.snapshots.flatMap((original) => {
    const volume = image.volumes.find((candidate) => candidate.deviceName === original.deviceName);
    const copy = snapshots.find((snapshot) => snapshot.snapshotId === volume?.snapshotId);
    if (copy === undefined) return [`${original.deviceName} has no snapshot`];
    if (copy.sizeGiB === original.sizeGiB) return [];
    return [
      `${copy.snapshotId} (${original.deviceName}) has ${copy.sizeGiB} GiB instead of ${original.sizeGiB} GiB`,
    ];
  });
  const extra = image.volumes.length - source.snapshots.length;
  return extra > 0 ? [...missing, `${image.id} has ${extra} more volumes than its source`] : missing;
}

async function lookAt(
  context: ReadContext,
  node: CopyNode,
  imageId: string,
): Promise<ShownCopy<ImageView> | undefined> {
  const images = context.aws.images(node.place);
  const [image] = await images.describeImages({ "image-id": [imageId] });
  if (image === undefined) return undefined;
  const ids = image.volumes.map((volume) => volume.snapshotId);
  return {
    copy: image,
    snapshots: ids.length === 0 ? [] : await images.describeSnapshots({ "snapshot-id": ids }),
  };
}
