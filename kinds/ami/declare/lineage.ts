/** Keys of the tags that name the image at the start of the journey, and the image that a copy was made from. */
export const AMI_LINEAGE = { source: "keyferry:source-image", parent: "keyferry:parent-image" } as const;
