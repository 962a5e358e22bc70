/** The topology after validation, with defaults filled in and names resolved. All other code reads this, never the input. */

import type { DestinationOptions, KindName, SourceSelector } from "../kinds/declared";
import type { BucketRule } from "./buckets/model";
import type { KeyGenerations } from "./keys/copy-keys";
import type { OwnKeys } from "./keys/own-keys";
import type { NamedKey } from "./keys/named-key";
import type { PriceTable } from "./prices";

export interface Account {
  /** The user's name for it: `prod`. */
  readonly name: string;
  /** 12 digits. */
  readonly id: string;
  /** Name of the role that Terraform assumes; undefined: the ambient credentials, or `profile`. */
  readonly deployRole?: string;
  /** Name of the role that the commands assume. */
  readonly runnerRole: string;
  /** AWS CLI profile from which the account is reached; undefined: the ambient credentials. */
  readonly profile?: string;
  /** External id that the runner role's trust policy requires. */
  readonly externalId?: string;
  /** Whether the foundation's keys become the account's EBS default keys. @default false */
  readonly ebsDefaults?: boolean;
  /** Which accounts may get access to its keys for copies. @default true - all that the topology declares */
  readonly shareKeys?: false | "organization";
  /** Id of the account's organisation: `o-a1b2c3d4e5`. @default - not set */
  readonly organization?: string;
  /** Days between two rotations of its keys; undefined: AWS's default period. */
  readonly rotationPeriodInDays?: number;
  /** Generations of its home and transit keys; undefined: the first ones. */
  readonly keyGenerations?: KeyGenerations;
  /** Existing keys that are used instead of the foundation's; undefined: none. */
  readonly ownKeys?: OwnKeys;
}

export interface Place {
  readonly account: Account;
  readonly region: string;
}

export interface RuleSource extends Place {
  readonly select: SourceSelector;
  /** Customer managed keys that the source can be encrypted under: keys of its account by alias or ARN, others by ARN. */
  readonly keys: readonly string[];
}

/** One account and Region into which a rule copies its source; it becomes a copy job. */
export interface Destination extends Place, DestinationOptions {
  /** How many of the newest copies are kept; undefined: all. */
  readonly keep?: number;
  /** For a copy that other accounts launch from: those accounts, all in its Region. @default - only its own account uses it */
  readonly shares?: readonly Destination[];
}

/** A rule: what is copied, from where, and into which accounts and Regions. */
export interface Rule {
  /** Kind of the source. */
  readonly kind: KindName;
  /** The user's name for it: `web`; unique in the topology, across all kinds. */
  readonly name: string;
  readonly from: RuleSource;
  readonly to: readonly Destination[];
  /** When one transfer into a Region serves several accounts. */
  readonly sharedTransfers: "auto" | "always" | "never";
  /** Whether copies get the tags of the source and its snapshots. */
  readonly carryTags: boolean;
  /** Tags of the copy and its snapshots in every destination. */
  readonly tags: Readonly<Record<string, string>>;
  /** SSM parameter in each destination with the copy's id; undefined: not published. */
  readonly publishTo?: string;
}

/** Where Terraform keeps its state. */
export type StateStore =
  | { readonly kind: "local" }
  | { readonly kind: "s3"; readonly bucket: string; readonly region: string; readonly account: Account };

/** Former uses of a key, which stay allowed because resources under it still need it. */
export interface FormerUse {
  /** The account's Auto Scaling groups launched under it. */
  readonly launches: boolean;
  /** It was the EBS default key of its place. */
  readonly ebsDefault: boolean;
}

export interface Topology {
  readonly name: string;
  readonly partition: string;
  readonly accounts: readonly Account[];
  /** The account whose credentials run Terraform and the commands; its IAM decides which principals may. */
  readonly operator: Account;
  readonly rules: readonly Rule[];
  /** Buckets that S3 replicates; Keyferry itself copies no objects. */
  readonly buckets: readonly BucketRule[];
  /** Keys that the user names, in addition to those for copies. */
  readonly keys: readonly NamedKey[];
  readonly state: StateStore;
  /** The user's own; undefined: there are none. */
  readonly prices?: PriceTable;
  /** Recorded former uses of the keys, by `keyPlaceId`. @default - none */
  readonly formerUses?: Readonly<Record<string, FormerUse>>;
  /** Places in which an account's own key was used according to the lock file, as `keyPlaceId`s. @default - none */
  readonly formerOwnKeys?: readonly string[];
}
