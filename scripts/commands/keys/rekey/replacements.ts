import { kindOf } from "../../../../kinds/registry";
import type { ImageView, SnapshotView } from "../../../aws";
import { declaredKinds, LINEAGE_TAGS } from "../../../../topology";
import { REKEY_TAGS, sourceOf } from "../../../engine/lineage";

/** Longest description of a snapshot. Source: EC2 API reference, CopySnapshot. */
const DESCRIPTION_LENGTH = 255;

const PARENT_TAGS = declaredKinds().map(({ lineage }) => lineage.parent);

/** States in which an image cannot be used. */
const DEAD = ["failed", "error", "invalid", "deregistered"];

/** The description of a snapshot's copy, which names its source; it cannot be changed later. */
export function replacementDescription({ snapshotId, description = "" }: SnapshotView): string {
  return `${descriptionHead(snapshotId)} ${description}`.trim().slice(0, DESCRIPTION_LENGTH);
}

function descriptionHead(snapshotId: string): string {
  return `[Copied by keyferry keys rekey from ${snapshotId}]`;
}

/** Whether AWS's own record says that an image was copied from another one, and a tag says that it replaces it. */
export function replacesImage(copy: ImageView, id: string): boolean {
  return copy.tags[REKEY_TAGS.from] === id && copy.parentImageId === id;
}

/** The same for a snapshot, whose record is its description. */
export function replacesSnapshot(copy: SnapshotView, id: string): boolean {
  return copy.tags[REKEY_TAGS.from] === id && (copy.description ?? "").startsWith(descriptionHead(id));
}

/**
 * The copy that a later run made of the same source for the same destination; AWS's own record must say that it was copied from the source
 * that its tags name.
 */
export function copyOfNextRun(images: readonly ImageView[], image: ImageView): ImageView | undefined {
  const { node, role } = LINEAGE_TAGS;
  return images
    .filter(
      (other) =>
        other.id !== image.id &&
        other.tags[node] === image.tags[node] &&
        other.tags[role] === image.tags[role] &&
        sourceOf(other.tags) === sourceOf(image.tags) &&
        other.state === "available" &&
        other.parentImageId !== undefined &&
        PARENT_TAGS.some((tag) => other.tags[tag] === other.parentImageId),
    )
    .sort((a, b) => order(b.creationDate, a.creationDate, b.id, a.id))[0];
}

/**
 * The same for a snapshot that belongs to no image, whose description is AWS's record.
 * @param region the Region of both
 */
export function snapshotOfNextRun(
  snapshots: readonly SnapshotView[],
  snapshot: SnapshotView,
  region: string,
): SnapshotView | undefined {
  const { node, role } = LINEAGE_TAGS;
  return snapshots
    .filter(
      (other) =>
        other.snapshotId !== snapshot.snapshotId &&
        other.tags[node] === snapshot.tags[node] &&
        other.tags[role] === snapshot.tags[role] &&
        sourceOf(other.tags) === sourceOf(snapshot.tags) &&
        other.state === "completed" &&
        kindOf({ kind: "ebs-snapshot" }).isOursShared(
          { kind: "snapshot", id: other.snapshotId, view: other },
          region,
        ),
    )
    .sort((a, b) => order(b.startTime, a.startTime, b.snapshotId, a.snapshotId))[0];
}

/** Whether a run of Keyferry made it. */
export function isOfARun({ tags }: Pick<ImageView, "tags">): boolean {
  return tags[LINEAGE_TAGS.node] !== undefined;
}

export function isDead(state: string): boolean {
  return DEAD.includes(state);
}

/** The earliest usable copy that replaces an image; a lost response can leave a second one. */
export function imageReplacement(images: readonly ImageView[], id: string): ImageView | undefined {
  return images
    .filter((copy) => replacesImage(copy, id) && !isDead(copy.state))
    .sort((a, b) => order(a.creationDate, b.creationDate, a.id, b.id))[0];
}

/** The earliest usable copy that replaces a snapshot, alone or as part of the image that it belonged to. */
export function snapshotReplacement(
  snapshots: readonly SnapshotView[],
  snapshot: SnapshotView,
): SnapshotView | undefined {
  const { snapshotId } = snapshot;
  const [own] = snapshots
    .filter((copy) => replacesSnapshot(copy, snapshotId) && !isDead(copy.state))
    .sort((a, b) => order(a.startTime, b.startTime, a.snapshotId, b.snapshotId));
  if (own !== undefined) return own;
  const recorded = snapshot.tags[REKEY_TAGS.replacedBy];
  return snapshots.find((copy) => copy.snapshotId === recorded && !isDead(copy.state));
}

function order(a: string, b: string, idA: string, idB: string): number {
  return a === b ? (idA < idB ? -1 : 1) : a < b ? -1 : 1;
}
