/** Keys of the tags with the ARNs of the original source snapshot, and of the snapshot that a copy was made from. */
export const DB_SNAPSHOT_LINEAGE = {
  source: "keyferry:source-db-snapshot",
  parent: "keyferry:parent-db-snapshot",
} as const;

/** Key of the tag with the id of the run whose call created a copy; the copy's identifier is derived from it, among others. */
export const RUN_TAG = "keyferry:run";
