import type { CopyNode, CopySource } from "../../../topology";
import type { ImagesPort, ImageView } from "../../../scripts/aws";
import type { ShownCopy } from "../../../scripts/engine/copy";
import { snapshotTags } from "../../../scripts/engine/lineage";
import type { Change } from "../../kind";

/** A change and the call that makes it. */
export interface ImageChange extends Change {
  /** How to set it. @default - it is a tag */
  readonly set?: (images: ImagesPort) => Promise<void>;
}

type Tags = Readonly<Record<string, string>>;

/** The attribute can be set after a copy, but not unset. */
export const IMDS_SUPPORT = "IMDS support";

/** EC2 rejects a time in the past, and a call takes time to arrive. */
const SOON_MS = 60_000;

/**
 * The properties that CopyImage does not copy, or that have changed since, as far as they can be set: tags of the image and of each
 * snapshot, description, IMDSv2, deprecation, deregistration protection. A deprecation time in the past cannot be set.
 * Tags that neither the source nor the topology has are not changed. Empty: nothing has to be set.
 */
export function changesOf(
  node: CopyNode,
  source: CopySource,
  { copy: image, snapshots }: ShownCopy<ImageView>,
  now: Date,
): readonly ImageChange[] {
  return [
    ...tagChanges(image.id, image.tags, node.tags),
    ...snapshots.flatMap((snapshot) => {
      const device = image.volumes.find((volume) => volume.snapshotId === snapshot.snapshotId)?.deviceName;
      const original = source.snapshots.find((candidate) => candidate.deviceName === device);
      return tagChanges(snapshot.snapshotId, snapshot.tags, snapshotTags(node, node.tags, original?.tags));
    }),
    ...descriptionChange(source, image),
    ...imdsChange(source, image),
    ...deprecationChange(source, image, now),
    ...protectionChange(node, image),
  ];
}

/** Lineage tags are set only by the creating call; the runner role may not change them later. */
function tagChanges(resourceId: string, found: Tags, wanted: Tags): ImageChange[] {
  return Object.entries(wanted)
    .filter(([key, value]) => !key.startsWith("keyferry:") && found[key] !== value)
    .map(([key, value]) => ({ name: key, resourceId, wanted: value, found: found[key], isTag: true }));
}

function descriptionChange(
  { description }: CopySource,
  { id: imageId, description: found }: ImageView,
): ImageChange[] {
  if (description === undefined || found === description) return [];
  const set = (images: ImagesPort) => images.setDescription(imageId, description);
  return [{ name: "description", resourceId: imageId, wanted: description, found, isTag: false, set }];
}

/** A copy that requires IMDSv2 although its source does not is stricter, and is left so: the attribute cannot be unset. */
function imdsChange({ traits }: CopySource, { id: imageId, attributes }: ImageView): ImageChange[] {
  const wanted = traits?.attributes[IMDS_SUPPORT];
  const found = attributes[IMDS_SUPPORT];
  if (wanted === undefined || wanted === found) return [];
  const set = (images: ImagesPort) => images.requireImdsV2(imageId);
  return [{ name: IMDS_SUPPORT, resourceId: imageId, wanted, found, isTag: false, set }];
}

function deprecationChange({ traits }: CopySource, image: ImageView, now: Date): ImageChange[] {
  const { id: imageId, deprecationTime: found } = image;
  const wanted = traits?.deprecationTime;
  if (wanted === undefined || found === wanted) return [];
  if (Date.parse(wanted) <= now.getTime() + SOON_MS) return [];
  const set = (images: ImagesPort) => images.deprecate(imageId, wanted);
  return [{ name: "deprecation time", resourceId: imageId, wanted, found, isTag: false, set }];
}

function protectionChange({ destination }: CopyNode, image: ImageView): ImageChange[] {
  const { id: imageId, deregistrationProtection: found } = image;
  const asked = destination?.deregistrationProtection;
  const wanted = `enabled-${asked}`;
  if (asked === undefined || found === wanted) return [];
  const set = (images: ImagesPort) =>
    images.enableDeregistrationProtection(imageId, asked === "with-cooldown");
  return [{ name: "deregistration protection", resourceId: imageId, wanted, found, isTag: false, set }];
}
