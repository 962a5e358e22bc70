/** Keys of the tags that name the snapshot at the start of the journey, and the snapshot that a copy was made from. */
export const SNAPSHOT_LINEAGE = {
  source: "keyferry:source-snapshot",
  parent: "keyferry:parent-snapshot",
} as const;

/** Key of the tag with the id of the run that made a copy: it tells a run's own copies from those of who took over. */
export const RUN_TAG = "keyferry:run";
