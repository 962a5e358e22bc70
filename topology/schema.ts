import { z } from "zod";
import { DECLARED } from "../kinds/declared";
import { bucketSchema } from "./buckets/schema";
import { keyGenerationsSchema, namedKeySchema, ownKeysSchema, rotationPeriodSchema } from "./keys/schema";
import { priceTableSchema } from "./prices";

/** The shape of a topology. `check.ts` checks its meaning, so that all problems are reported together. */

const roleName = z.string().regex(/^[\w+=,.@-]{1,64}$/, "a role name: 1 to 64 letters, digits or +=,.@_-");

const account = z.strictObject({
  /** 12 digits. */
  id: z.string(),
  /** Role that Terraform assumes. `false`: use the ambient credentials or the profile. @default "keyferry-deploy" */
  deployRole: z.union([roleName, z.literal(false)], "a role name, or false").optional(),
  /** Role that the commands assume. The foundation creates it. @default "keyferry-<topology>-runner" */
  runnerRole: roleName.optional(),
  /** AWS CLI profile whose credentials are used for this account. @default - the ambient credentials */
  profile: z.string().min(1, "the name of a profile").optional(),
  /** External id that the trust policy of the runner role requires. @default - none */
  externalId: z
    .string()
    .regex(/^[\w+=,.@:/-]{2,1224}$/, "an external id: 2 to 1224 letters, digits or +=,.@:/_-")
    .optional(),
  /**
   * Whether EBS encryption by default is enabled in the account, with the foundation's key as the default key, in every Region
   * in which the foundation has a key of the account. The default key is the transit key where other accounts copy from that
   * Region, so that images created there can be shared without re-encryption; otherwise it is the home key. This changes
   * settings of the whole account and Region. @default false
   */
  ebsDefaults: z.boolean().optional(),
  /**
   * Which accounts may get access to this account's keys, to copy or launch what is encrypted under them. `true`: every account
   * that a rule names. `"organization"`: only those of them that are in the same `organization`. `false`: none, so that images
   * can leave the account only by the route `store-restore`. This setting changes no policy: state here what your
   * organisation's policies allow. It does not apply to keys of the section `keys` or to the keys of buckets. @default true
   */
  shareKeys: z.union([z.boolean(), z.literal("organization")], 'true, false or "organization"').optional(),
  /** Id of the account's organisation: `o-a1b2c3d4e5`. Only `shareKeys` uses it. @default - not set */
  organization: z
    .string()
    .regex(/^o-[a-z0-9]{10,32}$/, "the id of an organisation: o-a1b2c3d4e5")
    .optional(),
  /** Days between two rotations of the account's keys, 90 to 2560. @default - the topology's setting */
  rotationPeriodInDays: rotationPeriodSchema.optional(),
  /**
   * The generation of the account's home and transit keys, counted from 1: one number for all of its Regions, or one for each
   * Region. A higher number creates a new key and points the alias to it. The previous key is kept, so that data encrypted
   * under it stays readable. @default - the first generation
   */
  keyGenerations: keyGenerationsSchema.optional(),
  /**
   * Existing keys of the account that are used for copies instead of the foundation's keys: an alias for all of its Regions, or
   * an alias or ARN for each Region. Keyferry does not change these keys. `keyferry doctor` reports the statements that their
   * policies lack. @default - the foundation creates the keys
   */
  ownKeys: ownKeysSchema.optional(),
});

const state = z.strictObject({
  /** Bucket for Terraform's state, with S3 state locking. `keyferry state-bucket` creates it. */
  bucket: z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
      "a bucket name: 3 to 63 lower-case letters, digits, dots or hyphens",
    ),
  /** The bucket's Region. */
  region: z.string(),
  /** The account that owns the bucket, by its name in `accounts`. @default - the operator account */
  account: z.string().optional(),
});

type Sections = {
  readonly [S in keyof typeof DECLARED]: z.ZodOptional<
    z.ZodRecord<z.ZodString, (typeof DECLARED)[S]["schema"]>
  >;
};

/** A section for each kind, with its rules by name. */
function sectionShape(): Sections {
  const sections = Object.entries(DECLARED).map(([section, { schema }]) => [
    section,
    z.record(z.string(), schema).optional(),
  ]);
  return Object.fromEntries(sections) as Sections;
}

export const topologySchema = z.strictObject({
  /** Part of the name of every resource. */
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,23}$/, "1 to 24 lower-case letters, digits or hyphens, a letter first"),
  /** The accounts, by the names that the rest of the topology uses. */
  accounts: z.record(z.string(), account),
  /** Account from which Terraform and the commands are run. @default - the first account */
  operator: z.string().optional(),
  ...sectionShape(),
  /** Buckets that S3 replicates, by the names that commands and messages use. */
  buckets: z.record(z.string(), bucketSchema).optional(),
  /** Keys that you name, in addition to those that the foundation creates for copies. @default - none */
  keys: z.record(z.string(), namedKeySchema).optional(),
  /**
   * Days between two rotations of every key, 90 to 2560. Removing the setting later does not change the period of existing
   * keys. @default - AWS's default, 365 days
   */
  rotationPeriodInDays: rotationPeriodSchema.optional(),
  /** Where Terraform keeps its state. @default - local, below .keyferry/ */
  state: state.optional(),
  /** Your prices, from which `keyferry plan` estimates the cost of the copies. @default - no costs are shown */
  prices: priceTableSchema.optional(),
});

export type TopologyInput = z.input<typeof topologySchema>;

/** Returns its argument. It only gives the configuration its type; validation works on plain data. */
export function defineTopology(topology: TopologyInput): TopologyInput {
  return topology;
}
