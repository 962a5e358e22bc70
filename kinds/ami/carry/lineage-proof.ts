import { AMI_LINEAGE, REGISTERED_TAGS } from "../declare/lineage";
import { LINEAGE_TAGS } from "../../../topology";
import type { ImageView, SharedThing, SnapshotView } from "../../../scripts/aws";
import type { Proof } from "../../../scripts/engine/copy";
import { copiedFrom } from "../../shared/snapshot-description";
import { fingerprint } from "./registered/fingerprint";

/**
 * Tags are a claim: whoever copies one of our copies with its tags (`CopyImageTags`, a backup tool, a script) carries ours
 * along. What AWS itself records of an image or snapshot when it is made cannot be copied; it proves the claim. Source: EC2
 * user guide, "Use AMI ancestry to trace the origin of an AMI" (the source image of a copy, which stays when that image is
 * deregistered).
 */

/**
 * Whether a run has made an image that carries our tags: AWS must have recorded the parent that the tags name. A copy of our
 * copy has that one as its parent. Version 0.1 named the source image alone, which is the parent unless a transit copy was.
 * Of an image that was registered AWS records no parent, but its name and its snapshots.
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

/** What CopyImage writes into the description of each snapshot that it makes; nobody can change it. */
const MADE_BY_COPY_IMAGE =
  /^Copied for DestinationAmi ami-\w+ from SourceAmi (ami-\w+) for SourceSnapshot snap-\w+\. Task created on ([\d,.]+)\.$/;

/** A copy of a snapshot may carry its tags and description, but is made later than those say. */
const AT_ONCE_MS = 15 * 60_000;

/**
 * Whether a snapshot that carries our tags was made together with a copy of ours, whose image may be gone, or is a copy of which an
 * image is registered, or was to be.
 * @param region where it is
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

/** Why something that carries our tags is not ours, for people. */
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
