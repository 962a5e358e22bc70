import type { Topology } from "./model";

/** A Region in which the topology works, for calls that any Region answers. */
export function homeRegion({ rules, buckets, keys }: Topology): string {
  return (rules[0] ?? buckets[0])?.from.region ?? keys[0]?.regions[0] ?? "us-east-1";
}
