import { isRecord } from "@keyferry/common";
import type { Problem } from "../../../core/errors";
import type { RawPart } from "../../declared-kind";

const SELECTORS = ["snapshot", "clusterSnapshot", "newest"];
const ALLOWED = "exactly one of snapshot, clusterSnapshot and newest: { instance } or { cluster }";

export function checkSource(from: RawPart, path: string): readonly Problem[] {
  const selectors = SELECTORS.filter((key) => key in from);
  if (selectors.length === 0) return [{ path, what: "it does not name a snapshot", allowed: ALLOWED }];
  if (selectors.length > 1) return [{ path, what: "it selects the snapshot in two ways", allowed: ALLOWED }];
  const { newest } = from;
  if (!isRecord(newest) || "instance" in newest !== "cluster" in newest) return [];
  return [
    {
      path: `${path}.newest`,
      what: "it does not name exactly one database for the newest snapshot",
      allowed: "either instance or cluster",
    },
  ];
}

/** The source in words; two rules with the same words always have the same source. */
export function sourceWords({ account, region, snapshot, clusterSnapshot }: RawPart): string | undefined {
  if (typeof account !== "string" || typeof region !== "string") return undefined;
  if (typeof snapshot === "string") return `the DB snapshot ${snapshot} of ${account} in ${region}`;
  if (typeof clusterSnapshot !== "string") return undefined;
  return `the DB cluster snapshot ${clusterSnapshot} of ${account} in ${region}`;
}
