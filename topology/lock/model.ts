import type { ChosenRoute } from "../../kinds/declared";
import type { KeyDeclaration } from "../../policy/keys";
import { bucketKeyAlias } from "../buckets/names";
import { copyKeyOf, hasGenerations } from "../keys/copy-keys";
import { namedKeyOf, type NamedKeyPurpose } from "../keys/named-key";
import type { ReplaceableKey } from "../keys/copy-keys";
import { generationAlias, homeKeyAlias, transitKeyAlias, type StackLayer } from "../names";

/**
 * The life of a key:
 *
 * - `active`: its place is in the topology.
 * - `retired`: its place has left the topology, or another generation of it is declared. Terraform keeps the key, for what is still encrypted under it, and lets
 *   no other account in. When its place returns it is active again, under its own id.
 * - `disabled`: retired, and disabled in KMS, so that whatever still needs it fails while that can be undone.
 * - `deleted`: its deletion was scheduled. Terraform forgets it; when its place returns, a new key is made.
 *
 * Synthesis moves keys between `active` and `retired`; only a command of the user sets `disabled` and `deleted`.
 */
export const KEY_STATES = ["active", "retired", "disabled", "deleted"] as const;
export type KeyState = (typeof KEY_STATES)[number];

/** The keys that the foundation makes: for copies, and for what is in buckets. */
export const COPY_KEY_PURPOSES = ["home", "transit", "buckets"] as const;
export type CopyKeyPurpose = KeyDeclaration["purpose"];
/**
 * What a key is in its account and Region: one for copies, a later one (`home@2`), or a generation of a key that the user names.
 */
export type KeyPurpose = CopyKeyPurpose | NamedKeyPurpose;

/** Whether the foundation makes it, and no user has named it. */
export function isCopyKeyPurpose(purpose: KeyPurpose): boolean {
  return namedKeyOf(purpose) === undefined;
}

const ALIASES: Readonly<Record<CopyKeyPurpose, (topology: string) => string>> = {
  home: homeKeyAlias,
  transit: transitKeyAlias,
  buckets: bucketKeyAlias,
};

/**
 * The alias under which a key is found, whatever became of it.
 * @param beside purposes of all keys in its account and Region: where there has been another generation of a key for copies, its first one
 * has an alias with its number as well. @default - there are no others
 */
export function keyAlias(topology: string, purpose: KeyPurpose, beside: readonly string[] = []): string {
  const copyKey = copyKeyOf(purpose);
  const numbered =
    copyKey === undefined || hasGenerations([purpose, ...beside], copyKey.name) ? copyKey : undefined;
  const named = namedKeyOf(purpose) ?? numbered;
  if (named !== undefined) return generationAlias(topology, named.name, named.generation);
  return ALIASES[purpose as CopyKeyPurpose](topology);
}

/** The alias of a key for copies that points to its declared generation. */
export function currentAlias(topology: string, purpose: CopyKeyPurpose): string {
  return ALIASES[purpose](topology);
}

/** What the lock file says of one key. */
export interface KeyRecord {
  readonly state: KeyState;
  /**
   * No deployment has yet been seen to make the key: its apply was begun, and may have failed or been killed before it made
   * the key. @default false
   */
  readonly unconfirmed?: boolean;
  /** Id of an existing key that Terraform takes over where its state does not hold the key. @default - Terraform knows it, or makes it */
  readonly keyId?: string;
  /** Whether the account's Auto Scaling groups have ever been let in: what they launched stays under the key. @default false */
  readonly launches?: boolean;
  /** Whether it has ever been an EBS default key: what anybody in the account made then stays under it. @default false */
  readonly ebsDefault?: boolean;
  /**
   * Of a key that the user names, and of later home and transit keys: whether the alias without a generation points to it. Of
   * home and transit keys it points to the first one where it points to no other. @default false
   */
  readonly current?: boolean;
  /** Of a first home or transit key that was found in AWS: its alias with a number exists, and Terraform takes it over. @default false */
  readonly numbered?: boolean;
  /** Of a multi-Region key, and each replica of it: the Region of the primary key. @default - a key of one Region */
  readonly primaryRegion?: string;
  /** Whether the user brings the key material. @default false */
  readonly imported?: boolean;
  /** Of an imported primary key: it has had its key material, so that KMS makes replicas of it. @default false */
  readonly hasMaterial?: boolean;
  /** 12-digit ids of other accounts that may have made grants on it: they read grants until theirs are retired. @default - none */
  readonly grantedTo?: readonly string[];
}

/**
 * The life of a bucket that the foundation makes:
 *
 * - `active`: a rule names it.
 * - `retired`: no rule names it any more. Terraform keeps it with what is in it, and lets no other account in.
 * - `released`: rules name it as one that exists, or its key was deleted or forgotten. Terraform forgets it, and it stays in AWS as it is.
 */
export const BUCKET_STATES = ["active", "retired", "released"] as const;
export type BucketState = (typeof BUCKET_STATES)[number];

/** What the lock file says of one bucket. */
export interface BucketRecord {
  readonly region: string;
  readonly state: BucketState;
  /** No deployment has yet been seen to make it: its name may be somebody else's. @default false */
  readonly unconfirmed?: boolean;
  /** Its tags, which it keeps. @default {} */
  readonly tags?: Readonly<Record<string, string>>;
  /** Whether it has S3 Object Lock, which it never loses. @default false */
  readonly objectLock?: boolean;
}

/** What the lock file says of one account: enough to reach it after it has left the topology. */
export interface AccountRecord {
  /** The user's name for it, the last one. */
  readonly name: string;
  /** The name that its states are stored under, where the account was renamed since. @default - its name */
  readonly stateName?: string;
  /** @default - the ambient credentials, or `profile` */
  readonly deployRole?: string;
  readonly runnerRole: string;
  /** @default - the ambient credentials */
  readonly profile?: string;
  /** Layers of which the account has, or once had, a stack. */
  readonly stacks: readonly StackLayer[];
  /** Region -> purpose -> key. */
  readonly keys: Readonly<Record<string, Readonly<Partial<Record<KeyPurpose, KeyRecord>>>>>;
  /** Region -> purposes for which the account's own keys are, or were, used: copies are under them. @default {} */
  readonly ownKeys?: Readonly<Record<string, readonly ReplaceableKey[]>>;
  /** Buckets that the foundation has made, by name. @default {} */
  readonly buckets?: Readonly<Record<string, BucketRecord>>;
  /** Whether the foundation has made buckets through which images travel. @default false */
  readonly imageBuckets?: true;
}

/** Rule -> account id and Region, `222222222222/eu-central-1` -> the route that a plan has chosen. */
export type ChosenRoutes = Readonly<Record<string, Readonly<Record<string, ChosenRoute>>>>;

/** What the lock file says of one topology. */
export interface TopologyRecord {
  /** By account id. */
  readonly accounts: Readonly<Record<string, AccountRecord>>;
  /** Of destinations with the route `auto`. @default {} */
  readonly routes?: ChosenRoutes;
}

/** The lock file as a whole: what Keyferry ever declared, so that an edit of the configuration forgets nothing. */
export interface Lock {
  /** Of the format. */
  readonly version: 1;
  /** By name. */
  readonly topologies: Readonly<Record<string, TopologyRecord>>;
}

export const EMPTY_LOCK: Lock = { version: 1, topologies: {} };

/** Where a key lives. */
export interface KeyPlace {
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
  readonly purpose: KeyPurpose;
}

/** One text a place, for programs: `222222222222/eu-central-1/home`. */
export function keyPlaceId({ account, region, purpose }: KeyPlace): string {
  return `${account}/${region}/${purpose}`;
}

/** The layer whose stack has the keys of a purpose. */
export function keyLayer(purpose: KeyPurpose): StackLayer {
  return purpose === "buckets" ? "foundation-buckets" : "foundation-keys";
}

/** A key of the lock file with its place and its account. */
export interface RememberedKey extends KeyPlace, KeyRecord {
  /** With its prefix: `alias/keyferry/acme/home`. */
  readonly alias: string;
  /** Of a home or transit key beside which there are, or were, others. @default - it is the only one */
  readonly generation?: number;
  /** Whether it is a replica that no deployment makes before its primary key has its key material. @default false */
  readonly awaitsPrimary?: boolean;
  /** The user's name of the account. */
  readonly accountName: string;
}

/** A bucket of the lock file with its account. */
export interface RememberedBucket extends BucketRecord {
  readonly bucket: string;
  /** 12 digits. */
  readonly account: string;
}

/** One text a bucket, for programs, and none that is a key's: `bucket/acme-documents`. */
export function rememberedBucketId({ bucket }: Pick<RememberedBucket, "bucket">): string {
  return `bucket/${bucket}`;
}
