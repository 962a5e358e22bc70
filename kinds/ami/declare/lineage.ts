/** Keys of the tags that name the image at the start of the journey, and the image that a copy was made from. */
export const AMI_LINEAGE = { source: "keyferry:source-image", parent: "keyferry:parent-image" } as const;

/**
 * Tags of an image that a run has registered, and of the copies of snapshots that it was registered of: AWS records no source of
 * either.
 */
export const REGISTERED_TAGS = {
  /** Of the image: a fingerprint of its name and of the snapshots of its devices, which nobody can change. */
  as: "keyferry:registered-as",
  /** Of a snapshot: the device of the image that it is for. */
  device: "keyferry:device",
  /** Of a snapshot: id of the snapshot that it was copied from. */
  parent: "keyferry:parent-snapshot",
} as const;
