import type { Problem } from "../../../core/errors";
import { isRecord } from "@keyferry/common";
import type { RawPart } from "../../declared-kind";

const SELECTORS = ["snapshotId", "newest"];
const ALLOWED = "exactly one of snapshotId and newest: { volumeId, tags }";

export function checkSource(from: RawPart, path: string): readonly Problem[] {
  const selectors = SELECTORS.filter((key) => key in from);
  if (selectors.length === 0) return [{ path, what: "it does not name a snapshot", allowed: ALLOWED }];
  if (selectors.length > 1) return [{ path, what: "it selects the snapshot in two ways", allowed: ALLOWED }];
  const { newest } = from;
  if (!isRecord(newest) || "volumeId" in newest || isNotEmpty(newest["tags"])) return [];
  return [
    {
      path: `${path}.newest`,
      what: "it does not say from which snapshots to choose the newest",
      allowed: "a volumeId, at least one tag, or both",
    },
  ];
}

/** A value that is not a record is reported by the schema check. */
function isNotEmpty(tags: unknown): boolean {
  return tags !== undefined && (!isRecord(tags) || Object.keys(tags).length > 0);
}

/** The source in words; two rules with the same words always have the same source. */
export function sourceWords({ account, region, snapshotId }: RawPart): string | undefined {
  if (typeof account !== "string" || typeof region !== "string" || typeof snapshotId !== "string")
    return undefined;
  return `${snapshotId} of ${account} in ${region}`;
}
