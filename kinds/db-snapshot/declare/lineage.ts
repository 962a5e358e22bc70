/** Keys of the tags that name the snapshot at the start of the journey, and the snapshot that a copy was made from, by their ARNs. */
export const DB_SNAPSHOT_LINEAGE = {
  source: "keyferry:source-db-snapshot",
  parent: "keyferry:parent-db-snapshot",
} as const;

/** Key of the tag with the id of the run whose call made a copy: part of what the copy's identifier follows from. */
export const RUN_TAG = "keyferry:run";
