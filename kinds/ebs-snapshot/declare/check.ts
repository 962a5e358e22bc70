import type { Problem } from "../../../core/errors";
import { isRecord } from "@keyferry/common";
import type { RawPart } from "../../declared-kind";

const SELECTORS = ["snapshotId", "newest"];
const ALLOWED = "exactly one of snapshotId and newest: { volumeId, tags }";

export function checkSource(from: RawPart, path: string): readonly Problem[] {
  const selectors = SELECTORS.filter((key) => key in from);
  if (selectors.length === 0) return [{ path, what: "it does not say which snapshot", allowed: ALLOWED }];
  if (selectors.length > 1) return [{ path, what: "it names the snapshot twice", allowed: ALLOWED }];
  const { newest } = from;
  if (!isRecord(newest) || "volumeId" in newest || isNotEmpty(newest["tags"])) return [];
  return [
    {
      path: `${path}.newest`,
      what: "it does not say of which snapshots the newest is meant",
      allowed: "a volumeId, at least one tag, or both",
    },
  ];
}

/** What is no record is told by its shape. */
function isNotEmpty(tags: unknown): boolean {
  return tags !== undefined && (!isRecord(tags) || Object.keys(tags).length > 0);
}

/** The source in words; two rules that say the same always carry the same. */
export function sourceWords({ account, region, snapshotId }: RawPart): string | undefined {
  if (typeof account !== "string" || typeof region !== "string" || typeof snapshotId !== "string")
    return undefined;
  return `${snapshotId} of ${account} in ${region}`;
}
