/** Keys of the tags that name the original source snapshot, and the snapshot that a copy was made from. */
export const SNAPSHOT_LINEAGE = {
  source: "keyferry:source-snapshot",
  parent: "keyferry:parent-snapshot",
} as const;

/** Key of the tag with the id of the run that created a copy: it distinguishes a run's own copies from those of a run that took over. */
export const RUN_TAG = "keyferry:run";
