import { LAUNCHING_SERVICES } from "@keyferry/common";
import { z } from "zod";
import { KEY_NAME } from "../../policy/key-name";
import { SHARING_SERVICES } from "../../policy/key-shares";

/** Days between two rotations. Source: KMS API reference, EnableKeyRotation, RotationPeriodInDays. */
export const rotationPeriodSchema = z.int().min(90).max(2560);

/** Counts the keys that have used a name, from 1. */
const generationSchema = z.int().min(1).max(9999);

const generationsByRegion = z.union(
  [generationSchema, z.record(z.string(), generationSchema)],
  "a number from 1 to 9999, or one for each Region",
);

/** The generations of the foundation's keys in an account. */
export const keyGenerationsSchema = z.strictObject({
  /** Generation of the home key, under which copies are stored. @default 1 */
  home: generationsByRegion.optional(),
  /** Generation of the transit key, under which other accounts copy. @default 1 */
  transit: generationsByRegion.optional(),
});

const keyName = z.string().regex(KEY_NAME);

const keysByRegion = z.union(
  [keyName, z.record(z.string(), keyName)],
  "a key alias such as alias/app-data, or an alias or the ARN of a key for each Region",
);

/** Existing keys that are used for copies instead of the foundation's. */
export const ownKeysSchema = z.strictObject({
  /** The home key, under which copies are stored. @default - the foundation's */
  home: keysByRegion.optional(),
  /** The transit key, under which other accounts copy. @default - the foundation's */
  transit: keysByRegion.optional(),
});

/** The principals that a key is shared with, only through AWS services. IAM of their accounts must also allow it. */
const sharedWithSchema = z.strictObject({
  /** Other accounts, by name or 12-digit id. IAM of each account decides which of its principals may use the key. */
  accounts: z.array(z.string()).optional(),
  /** ARNs of roles of other accounts. */
  roles: z.array(z.string()).optional(),
  /** Every account of an organisation: `o-a1b2c3d4e5`. */
  organization: z.string().optional(),
  /** Every account in and below organisational units: `o-a1b2c3d4e5/r-ab12/ou-ab12-11111111`. */
  organizationalUnits: z.array(z.string()).optional(),
  /** Services through which the key may be used; `ec2` includes EBS. @default ["ec2"] */
  viaServices: z.array(z.enum(SHARING_SERVICES)).min(1).optional(),
});

/** A service-linked role that launches instances under the key. Source: KMS API reference, CreateGrant. */
const launchGrantSchema = z.strictObject({
  /** The account that launches instances, by name. It creates the grant. */
  account: z.string(),
  /** The service whose service-linked role launches instances. @default "autoscaling.amazonaws.com" */
  awsServiceName: z.enum(LAUNCHING_SERVICES as [(typeof LAUNCHING_SERVICES)[number]]).optional(),
  /** The part of the role's name after the underscore. Only for EC2 Auto Scaling. @default - the role without a suffix */
  customSuffix: z
    .string()
    .regex(/^[\w+=,.@-]{1,64}$/, "a suffix: 1 to 64 letters, digits or +=,.@_-")
    .optional(),
});

/** A key of the section `keys`: one that the user names, in addition to those that the foundation creates for copies. */
export const namedKeySchema = z.strictObject({
  /** The account that owns the key. */
  account: z.string(),
  /** Regions with a key. For a multi-Region key, the primary key is created in the first Region of the list. */
  regions: z.array(z.string()).min(1),
  /**
   * Whether the keys are one multi-Region key, with the same key id and key material, instead of a separate key in each Region.
   * EBS and S3 treat its replica keys as separate keys. Cannot change once the key exists. @default false
   */
  multiRegion: z.boolean().optional(),
  /**
   * Whether you import the key material, with `keyferry keys import`. Cannot change once the key exists. @default false
   */
  imported: z.boolean().optional(),
  /** Days between two rotations, 90 to 2560. @default - the setting of the account or the topology, otherwise AWS's default, 365 */
  rotationPeriodInDays: rotationPeriodSchema.optional(),
  /** Whether the key is enabled. Data under a disabled key is kept, but cannot be read. @default true */
  enabled: z.boolean().optional(),
  /**
   * Counts the keys that have used this name. A higher number creates a new key and points the alias to it. The previous key is
   * kept, so that data encrypted under it stays readable. @default 1
   */
  generation: generationSchema.optional(),
  /** Other principals that the key policy allows to use the key. @default - only IAM of the key's account decides who may use it */
  sharedWith: sharedWithSchema.optional(),
  /** Service-linked roles that launch instances under the key, through grants that their accounts create. @default - none */
  launchGrants: z.array(launchGrantSchema).optional(),
});

export type NamedKeyInput = z.input<typeof namedKeySchema>;
