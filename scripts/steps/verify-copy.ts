import { KeyferryError } from "../../core/errors";
import { LINEAGE_TAGS, type CopyNode, type SourceImage } from "../../topology";
import type { ImageView, SnapshotView } from "../aws";
import { secondsBetween } from "../engine/clock";
import type { ReadContext, RunContext } from "../engine/context";
import { attemptOf, copyTags } from "../engine/lineage";
import { changesOf, type Change, type ShownCopy } from "./changes";
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
  const examine = (shown?: ShownCopy) => examineCopy(context, node, source, imageId, keyArn, shown);
  const asSeen = seen === undefined ? undefined : await examine(seen);
  if (asSeen?.shown !== undefined && isAsItShouldBe(asSeen)) return asSeen.shown;
  const first = await examine();
  const isCompleted = first.shown !== undefined && (await completeCopy(context, node, source, first.shown));
  const since = clock.now();
  let examined = isCompleted ? await examine() : first;
  // What was just set, or has just ended, may be shown late, and by one call later than by another.
  while (!isAsItShouldBe(examined) && secondsBetween(since, clock.now()) < settings.settleSeconds) {
    await clock.sleep(settings.pollMinSeconds, signal);
    examined = await examine();
  }
  if (examined.shown !== undefined && isAsItShouldBe(examined)) return examined.shown;
  const wrong = everythingWrong(examined);
  throw new KeyferryError(`the copy ${imageId} is not as it should be: ${wrong.join("; ")}`, {
    code: "CopyNotProved",
    source: "aws",
    account: node.place.account.id,
    fix: `deregister ${imageId} in account ${node.place.account.id} ${node.place.region}, then run again`,
  });
}

/** A copy compared with its source. */
export interface ExaminedCopy {
  /** As AWS shows it. @default - it does not exist */
  readonly shown?: ShownCopy;
  /** What differs and can be set. */
  readonly changes: readonly Change[];
  /** What differs and can only be put right by copying again, or by people. */
  readonly differences: readonly string[];
}

function isAsItShouldBe({ changes, differences }: ExaminedCopy): boolean {
  return changes.length + differences.length === 0;
}

/** All that is wrong with a copy, for people. */
export function everythingWrong({ changes, differences }: ExaminedCopy): readonly string[] {
  return [...differences, ...changeTexts(changes)];
}

/**
 * Compares a copy with its source. Reads only.
 * @param keyArn of the key that it must be under; undefined: there is none, and no copy can be verified
 * @param seen how AWS has just shown the copy. @default - it is read
 */
export async function examineCopy(
  context: ReadContext,
  node: CopyNode,
  source: SourceImage,
  imageId: string,
  keyArn: string | undefined,
  seen?: ShownCopy,
): Promise<ExaminedCopy> {
  const shown = seen ?? (await lookAt(context, node, imageId));
  if (shown === undefined) return { changes: [], differences: [`${imageId} does not exist`] };
  const { image, snapshots } = shown;
  return {
    shown,
    changes: changesOf(node, source, shown, context.clock?.now() ?? new Date()),
    differences: [
      ...(image.state === "available" ? [] : [`${imageId} is ${image.state}`]),
      ...(keyArn === undefined ? [`there is no key ${node.keyAlias} to verify it by`] : []),
      ...(image.isPublic ? [`${imageId} is public; fix: take back its launch permission for everybody`] : []),
      ...wrongLineage(context, node, source, image, image.id, image.tags),
      ...wrongVolumes(source, image, snapshots),
      ...differences(source, image),
      ...snapshots.flatMap((snapshot) => [
        ...(keyArn === undefined ? [] : wrongKey(snapshot, keyArn)),
        ...wrongLineage(context, node, source, image, snapshot.snapshotId, snapshot.tags),
      ]),
    ],
  };
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
  return extra > 0 ? [...missing, `${image.id} has ${extra} volumes more than its source`] : missing;
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
