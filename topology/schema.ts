import { z } from "zod";
import { launchSchema } from "./launch-schema";
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
});

const source = z.strictObject({
  account: z.string(),
  region: z.string(),
  /** The newest available image of the account whose name matches; `*` and `?` are wildcards. */
  newest: z.strictObject({ name: z.string().min(1, "a name such as web-*") }).optional(),
  imageId: z
    .string()
    .regex(/^ami-[0-9a-f]{8,17}$/, "an image id such as ami-0123456789abcdef0")
    .optional(),
  /** Aliases of the account's own customer managed keys that the image's volumes are encrypted under. @default [] */
  keys: z.array(z.string().regex(/^alias\/[\w/-]{1,250}$/, "a key alias such as alias/app-data")).optional(),
});

const destination = z.strictObject({
  account: z.string(),
  regions: z.array(z.string()).min(1, "at least one Region"),
  /** How the copy travels. @default "copy-image" */
  route: z.literal("copy-image").optional(),
  /** An Auto Scaling group on the copy, in every Region of this rule. @default - none */
  launch: launchSchema.optional(),
  /**
   * How many copies stay in each Region of this rule: the newest ones. An older copy is deregistered and its snapshots
   * are deleted after a run has proved and published a newer one, unless something still uses it. @default - all stay
   */
  keep: z.int().min(1).max(1000).optional(),
  /**
   * Protects each copy from being deregistered; with a cooldown, for 24 hours after the protection was disabled as well.
   * `keep` leaves protected copies alone. @default - not protected
   */
  deregistrationProtection: z.enum(["with-cooldown", "without-cooldown"]).optional(),
});

const image = z.strictObject({
  from: source,
  to: z.array(destination).min(1, "at least one destination"),
  /**
   * When one transfer carries the image into another Region for all accounts that want it there: through a transit copy
   * that the source's account makes in that Region, under a key of its own. `auto`: into Regions that every account has,
   * where it costs no time or saves at least two transfers. `always`: also into Regions that the source's account had to
   * enable, and from two accounts on. `never`: every account copies across Regions itself. @default "auto"
   */
  sharedTransfers: z.enum(["auto", "always", "never"]).optional(),
  /**
   * Whether the copies carry the source's own tags: the image's on every copy and its snapshots, each snapshot's on the
   * copy of that snapshot. Where a key is in `tags` as well, `tags` wins. AWS carries no tags across accounts.
   * @default true
   */
  carryTags: z.boolean().optional(),
  /** Set on every copy and its snapshots. @default {} */
  tags: z
    .record(z.string().regex(/^.{1,128}$/s, "a tag key: 1 to 128 characters"), z.string().max(256))
    .optional(),
  /** SSM parameter of type aws:ec2:image, written in each destination once the copy is proved. @default - not published */
  publishTo: z
    .string()
    // Source: Systems Manager API reference, PutParameter: a name cannot begin with aws or ssm, in any case.
    .regex(/^(?!\/(aws|ssm))(\/[\w.-]+)+$/i, "a parameter name such as /images/web, not /aws... or /ssm...")
    .optional(),
});

const state = z.strictObject({
  /** Bucket for Terraform's state, with S3's own locking; made by `keyferry state-bucket`. */
  bucket: z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
      "a bucket name: 3 to 63 lower-case letters, digits, dots or hyphens",
    ),
  region: z.string(),
  /** @default - the operator account */
  account: z.string().optional(),
});

export const topologySchema = z.strictObject({
  /** Becomes part of every name. */
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,23}$/, "1 to 24 lower-case letters, digits or hyphens, a letter first"),
  /** By the names that the rest of the topology uses. */
  accounts: z.record(z.string(), account),
  /** Account from which Terraform and the script are run. @default - the first account */
  operator: z.string().optional(),
  /** By the names that commands and messages use. */
  images: z.record(z.string(), image),
  /** @default - local, below .keyferry/ */
  state: state.optional(),
  /** By which `keyferry plan` tells what the copies cost. @default - nothing is told of costs */
  prices: priceTableSchema.optional(),
});

export type TopologyInput = z.input<typeof topologySchema>;

/** The identity function: it only gives the configuration its type. Validation works on plain data. */
export function defineTopology(topology: TopologyInput): TopologyInput {
  return topology;
}
