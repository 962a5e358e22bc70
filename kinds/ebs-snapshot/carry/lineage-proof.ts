import type { SharedThing, SnapshotView } from "../../../scripts/aws";
import type { Proof } from "../../../scripts/engine/copy";
import { LINEAGE_TAGS } from "../../../topology";
import { copiedFrom, describedParent } from "../../shared/snapshot-description";
import { SNAPSHOT_LINEAGE } from "../declare/lineage";

/** Tags are only a claim: a caller that copies one of our copies with its tags also copies ours. The description is the proof. */

/** Whether a run created a snapshot that has our tags. */
export function proofOf(snapshot: Pick<SnapshotView, "description" | "startTime" | "tags">): Proof {
  const parent = copiedFrom(snapshot);
  return parent !== undefined && parent === snapshot.tags[SNAPSHOT_LINEAGE.parent] ? "ours" : "others";
}

/** @param region of the snapshot: the tags of a copy that others made in another Region name the Region of the original */
export function isOursShared({ kind, view }: SharedThing, region: string): boolean {
  if (kind !== "snapshot") return false;
  return proofOf(view) === "ours" && view.tags[LINEAGE_TAGS.node]?.endsWith(`/${region}`) === true;
}

/** Why a resource with our tags is not ours, for people. */
export function whyNotOurs({ description }: Pick<SnapshotView, "description">): string {
  const parent = describedParent(description);
  return parent === undefined
    ? "it has Keyferry's tags, but its description does not say that a run copied it: no run created it"
    : `it has Keyferry's tags, but its description says that it was copied from ${parent}, at another time or from another source than the tags say: no run created it`;
}
