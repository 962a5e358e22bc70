import { KeyferryError } from "../../core/errors";
import { LINEAGE_TAGS, type CopyNode, type SourceImage } from "../../topology";
import type { ImageView, SnapshotView } from "../aws";
import { secondsBetween } from "../engine/clock";
import type { ReadContext, RunContext } from "../engine/context";
import { attemptOf, copyTags } from "../engine/lineage";
import { changesOf, type ShownCopy } from "./changes";
import { completeCopy } from "./complete-copy";
import { wrongKey } from "./earlier-copies";
import { changeTexts, differences } from "./parity";

/**
 * Sets on a copy what CopyImage does not carry, and proves it on AWS: it is available, every snapshot is completed and
 * under exactly this key, every volume is there in its size, all of it is what its source is and carries its tags, and
 * it is not public.
 * @param seen how AWS has just shown the copy; it is looked at anew where that does not prove it. @default - not yet
 * @throws KeyferryError `CopyNotProved`, with everything that is wrong at once
 */
export async function completeAndVerifyCopy(
  context: RunContext,
  node: CopyNode,
  source: SourceImage,
  imageId: string,
  keyArn: string,
  seen?: ShownCopy,
): Promise<ShownCopy> {
  const { clock, settings, signal } = context;
  const asSeen =
    seen === undefined ? undefined : await examineCopy(context, node, source, imageId, keyArn, seen);
  if (asSeen?.proved !== undefined && asSeen.wrong.length === 0) return asSeen.proved;
  const first = await examineCopy(context, node, source, imageId, keyArn);
  const isCompleted = first.proved !== undefined && (await completeCopy(context, node, source, first.proved));
  const since = clock.now();
  let { proved, wrong } = isCompleted ? await examineCopy(context, node, source, imageId, keyArn) : first;
  // What was just set, or has just ended, may be shown late, and by one call later than by another.
  while (wrong.length > 0 && secondsBetween(since, clock.now()) < settings.settleSeconds) {
    await clock.sleep(settings.pollMinSeconds, signal);
    ({ proved, wrong } = await examineCopy(context, node, source, imageId, keyArn));
  }
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
  context: ReadContext,
  node: CopyNode,
  source: SourceImage,
  imageId: string,
  keyArn: string,
  seen?: ShownCopy,
): Promise<{ readonly proved?: ShownCopy; readonly wrong: readonly string[] }> {
  const shown = seen ?? (await lookAt(context, node, imageId));
  if (shown === undefined) return { wrong: [`${imageId} does not exist`] };
  const { image, snapshots } = shown;
  const wrong = [
    ...(image.state === "available" ? [] : [`${imageId} is ${image.state}`]),
    ...(image.isPublic ? [`${imageId} is public; fix: take back its launch permission for everybody`] : []),
    ...wrongLineage(context, node, source, image, image.imageId, image.tags),
    ...wrongVolumes(source, image, snapshots),
    ...differences(source, image),
    ...snapshots.flatMap((snapshot) => [
      ...wrongKey(snapshot, keyArn),
      ...wrongLineage(context, node, source, image, snapshot.snapshotId, snapshot.tags),
    ]),
    ...changeTexts(changesOf(node, source, { image, snapshots }, context.clock?.now() ?? new Date())),
  ];
  return { proved: { image, snapshots }, wrong };
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

/** Whatever else is set later, lineage tags are set by the call that makes the copy. */
function wrongLineage(
  context: ReadContext,
  node: CopyNode,
  source: SourceImage,
  image: ImageView,
  resourceId: string,
  tags: Readonly<Record<string, string>>,
): string[] {
  const parentImageId = image.tags[LINEAGE_TAGS.parent];
  const origin = { sourceImageId: source.imageId, ...(parentImageId === undefined ? {} : { parentImageId }) };
  const wanted = copyTags(context.topology, node, origin, attemptOf(image.tags));
  return Object.entries(wanted)
    .filter(([key, value]) => key.startsWith("keyferry:") && tags[key] !== value)
    .map(([key, value]) => `${resourceId} lacks the tag ${key}=${value}`);
}

async function lookAt(context: ReadContext, node: CopyNode, imageId: string): Promise<ShownCopy | undefined> {
  const images = context.aws.images(node.place);
  const [image] = await images.describeImages({ "image-id": [imageId] });
  if (image === undefined) return undefined;
  const ids = image.volumes.map((volume) => volume.snapshotId);
  return { image, snapshots: ids.length === 0 ? [] : await images.describeSnapshots({ "snapshot-id": ids }) };
}
