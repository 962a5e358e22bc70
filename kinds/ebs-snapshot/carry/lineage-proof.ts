import type { SharedThing, SnapshotView } from "../../../scripts/aws";
import type { Proof } from "../../../scripts/engine/copy";
import { LINEAGE_TAGS } from "../../../topology";
import { SNAPSHOT_LINEAGE } from "../declare/lineage";

/**
 * Tags are a claim: whoever copies one of our copies with its tags carries ours along. EC2 does not show what a snapshot was
 * copied from, but a description is given when a snapshot is made, and never changes: ours ends with what it was copied
 * from, and when. Source: EC2 API reference, CopySnapshot (Description) and Snapshot (StartTime).
 */

/** Longest description that EC2 takes. Source: EC2 API reference, CreateSnapshot. */
const MAX_DESCRIPTION = 255;

const PROOF = /\[copied by Keyferry from (snap-\w+) in ([\w-]+) at (\S+)\]$/;

/** A copy of our copy may carry its tags and description, but is made later than that says. */
const AT_ONCE_MS = 15 * 60_000;

/** What a copy is made from. */
interface CopiedFrom {
  readonly id: string;
  readonly region: string;
  readonly description?: string;
}

/** The source's own description, as much of it as fits, and what proves the copy. */
export function copyDescription({ id, region, description }: CopiedFrom, now: Date): string {
  const proof = `[copied by Keyferry from ${id} in ${region} at ${now.toISOString()}]`;
  const own = description === undefined ? "" : originalDescription(description);
  const room = MAX_DESCRIPTION - proof.length - 1;
  return own === "" ? proof : `${own.slice(0, room)} ${proof}`;
}

/** What a description says without the proof of a copy: a transit copy's is carried on without it. */
export function originalDescription(description: string): string {
  return description.replace(PROOF, "").trimEnd();
}

/** Whether a run has made a snapshot that carries our tags. */
export function proofOf({
  description = "",
  startTime,
  tags,
}: Pick<SnapshotView, "description" | "startTime" | "tags">): Proof {
  const [, parent, , madeAt = ""] = PROOF.exec(description) ?? [];
  if (parent === undefined || parent !== tags[SNAPSHOT_LINEAGE.parent]) return "others";
  const isAtOnce = Math.abs(Date.parse(startTime) - Date.parse(madeAt)) <= AT_ONCE_MS;
  return isAtOnce ? "ours" : "others";
}

/** @param region where it is: a copy in another Region names the one that it was copied from with its tags */
export function isOursShared({ kind, view }: SharedThing, region: string): boolean {
  if (kind !== "snapshot") return false;
  return proofOf(view) === "ours" && view.tags[LINEAGE_TAGS.node]?.endsWith(`/${region}`) === true;
}

/** Why something that carries our tags is not ours, for people. */
export function whyNotOurs({ description }: Pick<SnapshotView, "description">): string {
  const [, parent] = PROOF.exec(description ?? "") ?? [];
  return parent === undefined
    ? "it carries Keyferry's tags, but its description does not say that a run has copied it: no run has made it"
    : `it carries Keyferry's tags, but its description says that it was copied from ${parent}, at another time or not as they say: no run has made it`;
}
