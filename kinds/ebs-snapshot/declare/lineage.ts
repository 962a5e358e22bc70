/** Keys of the tags that name the snapshot at the start of the journey, and the snapshot that a copy was made from. */
export const SNAPSHOT_LINEAGE = {
  source: "keyferry:source-snapshot",
  parent: "keyferry:parent-snapshot",
} as const;
