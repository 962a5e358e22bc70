import type { SnapshotView } from "../../scripts/aws";

/**
 * EC2 does not show the source of a copied snapshot. But a description is set at the creation of a snapshot and never changes: ours
 * ends with the source of the copy and the time. Source: EC2 API reference, CopySnapshot (Description) and Snapshot (StartTime).
 */

/** Maximum length of a description. Source: EC2 API reference, CreateSnapshot. */
const MAX_DESCRIPTION = 255;

const PROOF = /\[copied by Keyferry from (snap-\w+) in ([\w-]+) at (\S+)\]$/;

/** A copy of our copy may have its tags and description, but is created later than the description says. */
const AT_ONCE_MS = 15 * 60_000;

/** The source of a copy. */
interface CopiedFrom {
  readonly id: string;
  readonly region: string;
  readonly description?: string;
}

/** The source's own description, as much of it as fits, and the proof of the copy. */
export function copyDescription({ id, region, description }: CopiedFrom, now: Date): string {
  const proof = `[copied by Keyferry from ${id} in ${region} at ${now.toISOString()}]`;
  const own = description === undefined ? "" : originalDescription(description);
  const room = MAX_DESCRIPTION - proof.length - 1;
  return own === "" ? proof : `${own.slice(0, room)} ${proof}`;
}

/** A description without the proof of a copy: the copy of a transit copy gets the description without the transit copy's proof. */
export function originalDescription(description: string): string {
  return description.replace(PROOF, "").trimEnd();
}

/** Id of the snapshot that a description names as the source. @default - it names none */
export function describedParent(description = ""): string | undefined {
  return PROOF.exec(description)?.[1];
}

/** The same, if the snapshot was created at the time that its description contains. */
export function copiedFrom({
  description = "",
  startTime,
}: Pick<SnapshotView, "description" | "startTime">): string | undefined {
  const [, parent, , madeAt = ""] = PROOF.exec(description) ?? [];
  const isAtOnce = Math.abs(Date.parse(startTime) - Date.parse(madeAt)) <= AT_ONCE_MS;
  return isAtOnce ? parent : undefined;
}
