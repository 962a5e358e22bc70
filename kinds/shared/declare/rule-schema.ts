import { z } from "zod";
import { KEY_NAME } from "../../../policy/key-name";

/** The parts of a rule's schema that kinds have in common. */

/** The source of a rule. Each kind adds how the resource is selected. */
export const sourceShape = {
  /** The account that owns the source, by its name in `accounts`. */
  account: z.string(),
  /** The source's Region: `eu-west-1`. */
  region: z.string(),
  /**
   * Customer managed keys that the source is encrypted under: the account's own keys by alias or ARN, keys of other accounts by
   * ARN. @default []
   */
  keys: z
    .array(z.string().regex(KEY_NAME, "a key alias such as alias/app-data, or the ARN of a key"))
    .optional(),
};

/** A destination of a rule. */
export const destinationShape = {
  /** The account that receives the copies, by its name in `accounts`. */
  account: z.string(),
  /** The Regions that receive a copy. */
  regions: z.array(z.string()).min(1, "at least one Region"),
  /**
   * How many of the newest copies are kept in each Region of this destination. An older copy is removed after a run has verified
   * and published a newer one, unless something still uses it. @default - all are kept
   */
  keep: z.int().min(1).max(1000).optional(),
};

export const tagsShape = z.record(
  z.string().regex(/^.{1,128}$/s, "a tag key: 1 to 128 characters"),
  z.string().max(256),
);

/** Settings of the copies of a rule. */
export const ruleShape = {
  /**
   * Whether one transfer into another Region serves all destination accounts in that Region: the source's account makes a transit
   * copy there under its own key, and the other accounts copy from it. `auto`: in Regions that are enabled in every account by
   * default, if it takes no extra time or saves at least two transfers. `always`: also in opt-in Regions, and whenever two or
   * more accounts receive the copy. `never`: every account copies across Regions itself. @default "auto"
   */
  sharedTransfers: z.enum(["auto", "always", "never"]).optional(),
  /**
   * Whether the source's tags are set on the copies. If a tag key is also in `tags`, the value in `tags` wins. AWS itself does
   * not copy tags across accounts. @default true
   */
  carryTags: z.boolean().optional(),
  /** Tags of every copy and its snapshots. @default {} */
  tags: tagsShape.optional(),
};

/**
 * Name of an SSM parameter. A name cannot begin with aws or ssm, in upper or lower case. Source: Systems Manager API reference,
 * PutParameter.
 */
export const parameterName = z
  .string()
  .regex(/^(?!\/(aws|ssm))(\/[\w.-]+)+$/i, "a parameter name such as /images/web, not /aws... or /ssm...");
