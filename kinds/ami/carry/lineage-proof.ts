import { AMI_LINEAGE, REGISTERED_TAGS } from "../declare/lineage";
import { LINEAGE_TAGS } from "../../../topology";
import type { ImageView, SharedThing, SnapshotView } from "../../../scripts/aws";
import type { Proof } from "../../../scripts/engine/copy";
import { copiedFrom } from "../../shared/snapshot-description";
import { fingerprint } from "./registered/fingerprint";

/**
 * Tags are only a claim: a caller that copies one of our copies with its tags (`CopyImageTags`, a backup tool, a script) also
 * copies our lineage tags. AWS's own record of how an image or snapshot was created cannot be copied; it proves the claim. Source: EC2
 * user guide, "Use AMI ancestry to trace the origin of an AMI" (the source image of a copy remains recorded after that image
 * is deregistered).
 */

/**
 * Whether a run created an image that has our tags: AWS must have recorded the parent that the tags name. A copy of our
 * copy has our copy as its parent. Version 0.1 recorded only the source image, which is the parent unless there was a transit copy.
 * For a registered image, AWS records no parent; its name and its snapshots are the proof.
 */
export function proofOf(
  image: Pick<ImageView, "parentImageId" | "tags"> & Partial<Pick<ImageView, "name" | "volumes">>,
): Proof {
  const { parentImageId, tags } = image;
  const registeredAs = tags[REGISTERED_TAGS.as];
  if (registeredAs !== undefined) {
    const { name = "", volumes = [] } = image;
    return parentImageId === undefined && registeredAs === fingerprint(name, volumes) ? "ours" : "others";
  }
  const claimed = tags[AMI_LINEAGE.parent];
  if (parentImageId === undefined) return "others";
  if (claimed !== undefined) return parentImageId === claimed ? "ours" : "others";
  if (parentImageId === tags[AMI_LINEAGE.source]) return "ours";
  return tags[LINEAGE_TAGS.role] === "final" ? "unclear" : "others";
}

/** The description that CopyImage gives each snapshot; it cannot be changed. */
const MADE_BY_COPY_IMAGE =
  /^Copied for DestinationAmi ami-\w+ from SourceAmi (ami-\w+) for SourceSnapshot snap-\w+\. Task created on ([\d,.]+)\.$/;

/** A copy of a snapshot may have its tags and description, but is created later than they say. */
const AT_ONCE_MS = 15 * 60_000;

/**
 * Whether a snapshot that has our tags was created together with a copy of ours, whose image may no longer exist, or is a copy from
 * which an image was or would have been registered.
 * @param region of the snapshot
 */
export function isOurSnapshot(
  snapshot: Pick<SnapshotView, "description" | "startTime" | "tags">,
  region: string,
): boolean {
  const { description = "", startTime, tags } = snapshot;
  const copied = tags[REGISTERED_TAGS.parent];
  if (copied !== undefined)
    return tags[LINEAGE_TAGS.node]?.endsWith(`/${region}`) === true && copiedFrom(snapshot) === copied;
  const [, parent, task = ""] = MADE_BY_COPY_IMAGE.exec(description) ?? [];
  if (parent === undefined || parent !== (tags[AMI_LINEAGE.parent] ?? tags[AMI_LINEAGE.source])) return false;
  if (tags[LINEAGE_TAGS.node]?.endsWith(`/${region}`) !== true) return false;
  const madeAt = Number(task.replace(/\D/g, ""));
  return Math.abs(Date.parse(startTime) - madeAt) <= AT_ONCE_MS;
}

/** Why a resource with our tags is not ours, for people. */
export function whyNotOurs({
  parentImageId,
  tags,
}: Pick<ImageView, "parentImageId"> & Partial<Pick<ImageView, "tags">>): string {
  if (parentImageId === undefined && tags?.[REGISTERED_TAGS.as] !== undefined)
    return "it has Keyferry's tags, but another name or other snapshots than the image that a run registered with these tags: no run created it";
  return parentImageId === undefined
    ? "it has Keyferry's tags, but AWS does not record it as a copy of an image: no run created it"
    : `it has Keyferry's tags, but AWS records that it was made from ${parentImageId}, which the tags do not name: no run created it`;
}

export function isOursShared(thing: SharedThing, region: string): boolean {
  if (thing.kind === "db-snapshot") return false;
  return thing.kind === "image" ? proofOf(thing.view) !== "others" : isOurSnapshot(thing.view, region);
}
