import { z } from "zod";
import { DECLARED } from "../kinds/declared";
import { bucketSchema } from "./buckets/schema";
import { keyGenerationsSchema, namedKeySchema, ownKeysSchema, rotationPeriodSchema } from "./keys/schema";
import { priceTableSchema } from "./prices";

/** Shape of what the user declares; meaning is checked in `check.ts`, so that all problems are found at once. */

const roleName = z.string().regex(/^[\w+=,.@-]{1,64}$/, "a role name: 1 to 64 letters, digits or +=,.@_-");

const account = z.strictObject({
  /** 12 digits. */
  id: z.string(),
  /** Role that Terraform assumes; `false`: use the ambient credentials or the profile. @default "keyferry-deploy" */
  deployRole: z.union([roleName, z.literal(false)], "a role name, or false").optional(),
  /** Role that the script assumes; made by the foundation. @default "keyferry-<topology>-runner" */
  runnerRole: roleName.optional(),
  /** AWS CLI profile from which this account is reached. @default - the ambient credentials */
  profile: z.string().min(1, "the name of a profile").optional(),
  /** External id that the runner role asks for. @default - none */
  externalId: z
    .string()
    .regex(/^[\w+=,.@:/-]{2,1224}$/, "an external id: 2 to 1224 letters, digits or +=,.@:/_-")
    .optional(),
  /**
   * Whether EBS of the account encrypts by default, and under the foundation's key, in every Region in which the
   * foundation has a key of the account: the transit key where other accounts copy from there, so that images made there
   * can be shared as they are, else the home key. Changes the settings of the whole account and Region. @default false
   */
  ebsDefaults: z.boolean().optional(),
  /**
   * Which accounts its keys may be opened to so that they copy or launch what it has: `true`: those that rules name;
   * `"organization"`: those of them that are in the same `organization`; `false`: none, so that images leave it by the route
   * `store-restore` alone. It changes no policy by itself: say here what your organisation's policies allow. Keys of the section
   * `keys` and those of buckets are not meant. @default true
   */
  shareKeys: z.union([z.boolean(), z.literal("organization")], 'true, false or "organization"').optional(),
  /** Id of the organisation that the account is a member of: `o-a1b2c3d4e5`. Only `shareKeys` asks for it. @default - not told */
  organization: z
    .string()
    .regex(/^o-[a-z0-9]{10,32}$/, "the id of an organisation: o-a1b2c3d4e5")
    .optional(),
  /** Days between two rotations of the account's keys, 90 to 2560. @default - that of the topology */
  rotationPeriodInDays: rotationPeriodSchema.optional(),
  /**
   * Which home and transit keys the account has, counted from 1: a number for all of its Regions, or by Region. A new number makes
   * another key and points the alias at it; the key before stays, so that what is under it stays readable. @default - the first ones
   */
  keyGenerations: keyGenerationsSchema.optional(),
  /**
   * Existing keys of the account that copies use instead of keys of the foundation: an alias for all of its Regions, or an alias or
   * ARN for each Region. Keyferry changes nothing about them; `keyferry doctor` says what their policies lack. @default - the foundation makes them
   */
  ownKeys: ownKeysSchema.optional(),
});

const state = z.strictObject({
  /** Bucket for Terraform's state, with S3's own locking; made by `keyferry state-bucket`. */
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

/** What is carried: a section for each kind, its rules by the names that commands and messages use. */
function sectionShape(): Sections {
  const sections = Object.entries(DECLARED).map(([section, { schema }]) => [
    section,
    z.record(z.string(), schema).optional(),
  ]);
  return Object.fromEntries(sections) as Sections;
}

export const topologySchema = z.strictObject({
  /** Becomes part of every name. */
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,23}$/, "1 to 24 lower-case letters, digits or hyphens, a letter first"),
  /** By the names that the rest of the topology uses. */
  accounts: z.record(z.string(), account),
  /** Account from which Terraform and the script are run. @default - the first account */
  operator: z.string().optional(),
  ...sectionShape(),
  /** Buckets that S3 replicates, by the names that commands and messages use. */
  buckets: z.record(z.string(), bucketSchema).optional(),
  /** Keys that you name, beside those that the foundation makes for copies. @default - none */
  keys: z.record(z.string(), namedKeySchema).optional(),
  /**
   * Days between two rotations of every key, 90 to 2560. Once set, leaving it out changes no key back. @default - AWS's own
   * period, 365 days
   */
  rotationPeriodInDays: rotationPeriodSchema.optional(),
  /** Where Terraform keeps its state. @default - local, below .keyferry/ */
  state: state.optional(),
  /** By which `keyferry plan` tells what the copies cost. @default - nothing is told of costs */
  prices: priceTableSchema.optional(),
});

export type TopologyInput = z.input<typeof topologySchema>;

/** The identity function: it only gives the configuration its type. Validation works on plain data. */
export function defineTopology(topology: TopologyInput): TopologyInput {
  return topology;
}
