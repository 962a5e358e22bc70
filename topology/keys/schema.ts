import { z } from "zod";

/** Days between two rotations. Source: KMS API reference, EnableKeyRotation, RotationPeriodInDays. */
export const rotationPeriodSchema = z.int().min(90).max(2560);

/** A key of the section `keys`: one that the user names, beside those that the foundation makes for copies. */
export const namedKeySchema = z.strictObject({
  /** The account that owns the key. */
  account: z.string(),
  /** A key in each; of a multi-Region key, the first one is the Region of the primary key when it is made. */
  regions: z.array(z.string()).min(1),
  /**
   * Whether the keys are one multi-Region key, with the same key id and material, and not one key for each Region. EBS and S3
   * treat its replicas as any other key. Cannot change once the key exists. @default false
   */
  multiRegion: z.boolean().optional(),
  /**
   * Whether you bring the key material, with `keyferry keys import`. Cannot change once the key exists. @default false
   */
  imported: z.boolean().optional(),
  /** Days between two rotations, 90 to 2560. @default - that of the account or the topology, else AWS's own, 365 */
  rotationPeriodInDays: rotationPeriodSchema.optional(),
  /** Whether the key can be used; one that is disabled keeps everything that is under it. @default true */
  enabled: z.boolean().optional(),
  /**
   * Counts the keys that have had this name. A new number makes another key and points the alias at it; the key before stays,
   * so that what is under it stays readable. @default 1
   */
  generation: z.int().min(1).max(9999).optional(),
});

export type NamedKeyInput = z.input<typeof namedKeySchema>;
