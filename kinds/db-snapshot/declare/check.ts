import { isRecord } from "@keyferry/common";
import type { Problem } from "../../../core/errors";
import type { RawPart } from "../../declared-kind";

const SELECTORS = ["snapshot", "clusterSnapshot", "newest"];
const ALLOWED = "exactly one of snapshot, clusterSnapshot and newest: { instance } or { cluster }";

export function checkSource(from: RawPart, path: string): readonly Problem[] {
  const selectors = SELECTORS.filter((key) => key in from);
  if (selectors.length === 0) return [{ path, what: "it does not say which snapshot", allowed: ALLOWED }];
  if (selectors.length > 1) return [{ path, what: "it names the snapshot twice", allowed: ALLOWED }];
  const { newest } = from;
  if (!isRecord(newest) || "instance" in newest !== "cluster" in newest) return [];
  return [
    {
      path: `${path}.newest`,
      what: "it does not say of which database the newest snapshot is meant",
      allowed: "an instance or a cluster, not both",
    },
  ];
}

/** The source in words; two rules that say the same always carry the same. */
export function sourceWords({ account, region, snapshot, clusterSnapshot }: RawPart): string | undefined {
  if (typeof account !== "string" || typeof region !== "string") return undefined;
  if (typeof snapshot === "string") return `the DB snapshot ${snapshot} of ${account} in ${region}`;
  if (typeof clusterSnapshot !== "string") return undefined;
  return `the DB cluster snapshot ${clusterSnapshot} of ${account} in ${region}`;
}
