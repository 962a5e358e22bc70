import type { SnapshotView } from "../../scripts/aws";

/**
 * EC2 does not show what a snapshot was copied from, but a description is given when a snapshot is made, and never changes: ours
 * ends with what it was copied from, and when. Source: EC2 API reference, CopySnapshot (Description) and Snapshot (StartTime).
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

/** Id of the snapshot that a description names as what it was copied from. @default - it names none */
export function describedParent(description = ""): string | undefined {
  return PROOF.exec(description)?.[1];
}

/** The same, where the snapshot was made when its description says so. */
export function copiedFrom({
  description = "",
  startTime,
}: Pick<SnapshotView, "description" | "startTime">): string | undefined {
  const [, parent, , madeAt = ""] = PROOF.exec(description) ?? [];
  const isAtOnce = Math.abs(Date.parse(startTime) - Date.parse(madeAt)) <= AT_ONCE_MS;
  return isAtOnce ? parent : undefined;
}
