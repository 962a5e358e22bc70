import { KeyferryError } from "../../core/errors";
import type { CopyNode, SourceImage } from "../../topology";
import type { ImageView, SnapshotView } from "../aws";
import type { LookContext } from "../engine/context";
import { attemptOf, copyTags } from "../engine/lineage";

/** A copy with its proof: what AWS says of its snapshots. */
export interface ProvedCopy {
  readonly image: ImageView;
  readonly snapshots: readonly SnapshotView[];
}

/**
 * Proves a copy on AWS: it is available, every snapshot is completed and under exactly this key, every volume is there
 * in its size, the tags are set on all of it.
 * @throws KeyferryError `CopyNotProved`, with everything that is wrong at once
 */
export async function verifyCopy(
  context: LookContext,
  node: CopyNode,
  source: SourceImage,
  imageId: string,
  keyArn: string,
): Promise<ProvedCopy> {
  const { proved, wrong } = await examineCopy(context, node, source, imageId, keyArn);
  if (proved !== undefined && wrong.length === 0) return proved;
  throw new KeyferryError(`the copy ${imageId} is not as it should be: ${wrong.join("; ")}`, {
    code: "CopyNotProved",
    source: "aws",
    account: node.place.account.id,
    fix: `deregister ${imageId} in account ${node.place.account.id} ${node.place.region}, then run again`,
  });
}

/** The same, as an answer. */
export async function examineCopy(
  context: LookContext,
  node: CopyNode,
  source: SourceImage,
  imageId: string,
  keyArn: string,
): Promise<{ readonly proved?: ProvedCopy; readonly wrong: readonly string[] }> {
  const images = context.aws.images(node.place);
  const [image] = await images.describeImages({ "image-id": [imageId] });
  if (image === undefined) return { wrong: [`${imageId} does not exist`] };
  const ids = image.volumes.map((volume) => volume.snapshotId);
  const snapshots = ids.length === 0 ? [] : await images.describeSnapshots({ "snapshot-id": ids });
  const wrong = [
    ...(image.state === "available" ? [] : [`${imageId} is ${image.state}`]),
    ...wrongTags(context, node, source, image, image.imageId, image.tags),
    ...wrongVolumes(source, image, snapshots),
    ...snapshots.flatMap((snapshot) => [
      ...wrongKey(snapshot, keyArn),
      ...wrongTags(context, node, source, image, snapshot.snapshotId, snapshot.tags),
    ]),
  ];
  return { proved: { image, snapshots }, wrong };
}

function wrongKey(snapshot: SnapshotView, keyArn: string): string[] {
  const { snapshotId } = snapshot;
  if (snapshot.state !== "completed") return [`${snapshotId} is ${snapshot.state}`];
  if (!snapshot.encrypted) return [`${snapshotId} is not encrypted`];
  return snapshot.keyArn === keyArn
    ? []
    : [`${snapshotId} is under ${snapshot.keyArn ?? "no key"} instead of ${keyArn}`];
}

function wrongVolumes(source: SourceImage, image: ImageView, snapshots: readonly SnapshotView[]): string[] {
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
  return extra > 0 ? [...missing, `${image.imageId} has ${extra} volumes more than its source`] : missing;
}

function wrongTags(
  context: LookContext,
  node: CopyNode,
  source: SourceImage,
  image: ImageView,
  resourceId: string,
  tags: Readonly<Record<string, string>>,
): string[] {
  const wanted = copyTags(context.topology, node, source.imageId, attemptOf(image.tags));
  return Object.entries(wanted)
    .filter(([key, value]) => tags[key] !== value)
    .map(([key, value]) => `${resourceId} lacks the tag ${key}=${value}`);
}
