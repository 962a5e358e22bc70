/** The topology after validation: defaults filled in, names resolved. Everything downstream reads this, never the input. */

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
  /** Name of the role that the script assumes. */
  readonly runnerRole: string;
  /** AWS CLI profile from which the account is reached; undefined: the ambient credentials. */
  readonly profile?: string;
  /** Asked for by the runner role's trust policy. */
  readonly externalId?: string;
  /** Whether the foundation's keys become the account's EBS default keys. @default false */
  readonly ebsDefaults?: boolean;
  /** Which accounts its keys may be opened to for copies. @default true - all that the topology declares */
  readonly shareKeys?: false | "organization";
  /** Id of the organisation that it is a member of: `o-a1b2c3d4e5`. @default - not told */
  readonly organization?: string;
  /** Days between two rotations of its keys; undefined: AWS's own period. */
  readonly rotationPeriodInDays?: number;
  /** Which home and transit keys it has; undefined: the first ones. */
  readonly keyGenerations?: KeyGenerations;
  /** Keys that exist and are used instead of the foundation's; undefined: none. */
  readonly ownKeys?: OwnKeys;
}

export interface Place {
  readonly account: Account;
  readonly region: string;
}

export interface RuleSource extends Place {
  readonly select: SourceSelector;
  /** Customer managed keys under which the source may be: those of its account by aliases or ARNs, others by ARNs. */
  readonly keys: readonly string[];
}

/** One account and Region into which a rule carries its source: what becomes a copy job. */
export interface Destination extends Place, DestinationOptions {
  /** How many copies stay, the newest ones; undefined: all. */
  readonly keep?: number;
  /** Of a copy that other accounts launch from: who does, all in its Region. @default - it is its own account's alone */
  readonly shares?: readonly Destination[];
}

/** What is carried, from where, and into which accounts and Regions. */
export interface Rule {
  /** What is carried. */
  readonly kind: KindName;
  /** The user's name for it: `web`; unique in the topology, whatever the kind. */
  readonly name: string;
  readonly from: RuleSource;
  readonly to: readonly Destination[];
  /** When one transfer carries the source into a Region for several accounts. */
  readonly sharedTransfers: "auto" | "always" | "never";
  /** Whether copies carry the tags of the source and its snapshots. */
  readonly carryTags: boolean;
  /** Set on the copy and its snapshots in every destination. */
  readonly tags: Readonly<Record<string, string>>;
  /** SSM parameter in each destination that shows the copy's id; undefined: not published. */
  readonly publishTo?: string;
}

/** Where Terraform keeps its state. */
export type StateStore =
  | { readonly kind: "local" }
  | { readonly kind: "s3"; readonly bucket: string; readonly region: string; readonly account: Account };

/** What a key was let into once; what was made under it since needs it still. */
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
  /** The account whose credentials run Terraform and the script; its IAM decides who may. */
  readonly operator: Account;
  readonly rules: readonly Rule[];
  /** Buckets that S3 replicates: nothing is copied by the script. */
  readonly buckets: readonly BucketRule[];
  /** Those that the user names, beside those that copies need. */
  readonly keys: readonly NamedKey[];
  readonly state: StateStore;
  /** The user's own; undefined: there are none. */
  readonly prices?: PriceTable;
  /** What the lock file remembers of the keys, by `keyPlaceId`. @default - nothing is remembered */
  readonly formerUses?: Readonly<Record<string, FormerUse>>;
  /** Where the lock file remembers that an account's own key was used, as `keyPlaceId`s. @default - nowhere */
  readonly formerOwnKeys?: readonly string[];
}
