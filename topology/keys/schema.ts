import { LAUNCHING_SERVICES } from "@keyferry/common";
import { z } from "zod";
import { KEY_NAME } from "../../policy/key-name";
import { SHARING_SERVICES } from "../../policy/key-shares";

/** Days between two rotations. Source: KMS API reference, EnableKeyRotation, RotationPeriodInDays. */
export const rotationPeriodSchema = z.int().min(90).max(2560);

/** Counts the keys that have had a name, from 1. */
const generationSchema = z.int().min(1).max(9999);

const generationsByRegion = z.union(
  [generationSchema, z.record(z.string(), generationSchema)],
  "a number from 1 to 9999, or one for each Region",
);

/** Which of the foundation's keys an account has. */
export const keyGenerationsSchema = z.strictObject({
  /** Of the key under which copies end. @default 1 */
  home: generationsByRegion.optional(),
  /** Of the key under which copies travel to other accounts. @default 1 */
  transit: generationsByRegion.optional(),
});

const keyName = z.string().regex(KEY_NAME);

const keysByRegion = z.union(
  [keyName, z.record(z.string(), keyName)],
  "a key alias such as alias/app-data, or an alias or the ARN of a key for each Region",
);

/** Keys that exist, and that copies use instead of the foundation's. */
export const ownKeysSchema = z.strictObject({
  /** Of the key under which copies end. @default - the foundation's */
  home: keysByRegion.optional(),
  /** Of the key under which copies travel to other accounts. @default - the foundation's */
  transit: keysByRegion.optional(),
});

/** Whom a key is shared with, through AWS services alone; their IAM must allow it as well. */
const sharedWithSchema = z.strictObject({
  /** Other accounts, by name or 12-digit id: their IAM decides who there. */
  accounts: z.array(z.string()).optional(),
  /** ARNs of roles of other accounts. */
  roles: z.array(z.string()).optional(),
  /** Every account of an organisation: `o-a1b2c3d4e5`. */
  organization: z.string().optional(),
  /** Every account in and below organisational units: `o-a1b2c3d4e5/r-ab12/ou-ab12-11111111`. */
  organizationalUnits: z.array(z.string()).optional(),
  /** Services through which it may be used: `ec2` is EBS. @default ["ec2"] */
  viaServices: z.array(z.enum(SHARING_SERVICES)).min(1).optional(),
});

/** A service-linked role that launches instances under the key. Source: KMS API reference, CreateGrant. */
const launchGrantSchema = z.strictObject({
  /** The account that launches, by name: it makes the grant. */
  account: z.string(),
  /** The service whose role launches. @default "autoscaling.amazonaws.com" */
  awsServiceName: z.enum(LAUNCHING_SERVICES as [(typeof LAUNCHING_SERVICES)[number]]).optional(),
  /** Part of the role's name behind the underscore; of EC2 Auto Scaling alone. @default - the role without a suffix */
  customSuffix: z
    .string()
    .regex(/^[\w+=,.@-]{1,64}$/, "a suffix: 1 to 64 letters, digits or +=,.@_-")
    .optional(),
});

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
  generation: generationSchema.optional(),
  /** Others that may use the key, by its policy. @default - IAM of the key's account alone decides who uses it */
  sharedWith: sharedWithSchema.optional(),
  /** Service-linked roles that launch instances under it, by grants that their accounts make. @default - none */
  launchGrants: z.array(launchGrantSchema).optional(),
});

export type NamedKeyInput = z.input<typeof namedKeySchema>;
