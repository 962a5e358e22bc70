/** Keys of the tags that name the original source image, and the image that a copy was made from. */
export const AMI_LINEAGE = { source: "keyferry:source-image", parent: "keyferry:parent-image" } as const;

/**
 * Tags of an image that a run has registered, and of the copied snapshots that it was registered from: AWS records no source for
 * either.
 */
export const REGISTERED_TAGS = {
  /** For the image: a fingerprint of its name and of the snapshots of its devices, which cannot be changed. */
  as: "keyferry:registered-as",
  /** For a snapshot: the device of the image that it is for. */
  device: "keyferry:device",
  /** For a snapshot: id of the snapshot that it was copied from. */
  parent: "keyferry:parent-snapshot",
} as const;
