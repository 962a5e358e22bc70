import { z } from "zod";
import { KEY_NAME } from "../../../policy/key-name";

/** The parts of a rule's shape that kinds have in common. */

/** Where something is carried from; a kind adds how it is chosen. */
export const sourceShape = {
  /** The account that owns the source, by its name in `accounts`. */
  account: z.string(),
  /** Where the source is: `eu-west-1`. */
  region: z.string(),
  /**
   * Customer managed keys that the source is encrypted under: the account's own by their aliases or ARNs, and those of other
   * accounts by their ARNs. @default []
   */
  keys: z
    .array(z.string().regex(KEY_NAME, "a key alias such as alias/app-data, or the ARN of a key"))
    .optional(),
};

/** Where it goes. */
export const destinationShape = {
  /** The account that receives the copies, by its name in `accounts`. */
  account: z.string(),
  /** A copy goes into each. */
  regions: z.array(z.string()).min(1, "at least one Region"),
  /**
   * How many copies stay in each Region of this rule: the newest ones. An older copy is removed after a run has verified
   * and published a newer one, unless something still uses it. @default - all stay
   */
  keep: z.int().min(1).max(1000).optional(),
};

export const tagsShape = z.record(
  z.string().regex(/^.{1,128}$/s, "a tag key: 1 to 128 characters"),
  z.string().max(256),
);

/** How it goes, and what the copies carry. */
export const ruleShape = {
  /**
   * When one transfer carries the source into another Region for all accounts that want it there: through a transit copy
   * that the source's account makes in that Region, under a key of its own. `auto`: into Regions that every account has,
   * where it costs no time or saves at least two transfers. `always`: also into Regions that the source's account had to
   * enable, and from two accounts on. `never`: every account copies across Regions itself. @default "auto"
   */
  sharedTransfers: z.enum(["auto", "always", "never"]).optional(),
  /**
   * Whether the copies carry the source's own tags. Where a key is in `tags` as well, `tags` wins. AWS carries no tags
   * across accounts. @default true
   */
  carryTags: z.boolean().optional(),
  /** Set on every copy and its snapshots. @default {} */
  tags: tagsShape.optional(),
};

/**
 * Name of an SSM parameter. Source: Systems Manager API reference, PutParameter: a name cannot begin with aws or ssm, in
 * any case.
 */
export const parameterName = z
  .string()
  .regex(/^(?!\/(aws|ssm))(\/[\w.-]+)+$/i, "a parameter name such as /images/web, not /aws... or /ssm...");
