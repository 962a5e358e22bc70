import type { Topology } from "./model";

/** A Region of the topology, for calls that can be sent to any Region. */
export function homeRegion({ rules, buckets, keys }: Topology): string {
  return (rules[0] ?? buckets[0])?.from.region ?? keys[0]?.regions[0] ?? "us-east-1";
}
