import type { ChosenRoute } from "../../kinds/declared";
import type { KeyDeclaration } from "../../policy/keys";
import { bucketKeyAlias } from "../buckets/names";
import { copyKeyOf, hasGenerations } from "../keys/copy-keys";
import { namedKeyOf, type NamedKeyPurpose } from "../keys/named-key";
import type { ReplaceableKey } from "../keys/copy-keys";
import { generationAlias, homeKeyAlias, transitKeyAlias, type StackLayer } from "../names";

/**
 * The states of a key:
 *
 * - `active`: its place is in the topology.
 * - `retired`: its place has left the topology, or another generation of it is declared. Terraform keeps the key, for data that is still encrypted under it, and allows
 *   no other account. When its place returns, it is active again with the same id.
 * - `disabled`: retired, and disabled in KMS, so that anything that still needs it fails while this can be undone.
 * - `deleted`: its deletion was scheduled. Terraform forgets it; when its place returns, a new key is created.
 *
 * Synthesis moves keys between `active` and `retired`; only a command of the user sets `disabled` and `deleted`.
 */
export const KEY_STATES = ["active", "retired", "disabled", "deleted"] as const;
export type KeyState = (typeof KEY_STATES)[number];

/** The keys that the foundation creates: for copies, and for objects in buckets. */
export const COPY_KEY_PURPOSES = ["home", "transit", "buckets"] as const;
export type CopyKeyPurpose = KeyDeclaration["purpose"];
/**
 * The purpose of a key in its account and Region: a key for copies, a later generation (`home@2`), or a generation of a named key.
 */
export type KeyPurpose = CopyKeyPurpose | NamedKeyPurpose;

/** Whether it is a key of the foundation, and not a named key. */
export function isCopyKeyPurpose(purpose: KeyPurpose): boolean {
  return namedKeyOf(purpose) === undefined;
}

const ALIASES: Readonly<Record<CopyKeyPurpose, (topology: string) => string>> = {
  home: homeKeyAlias,
  transit: transitKeyAlias,
  buckets: bucketKeyAlias,
};

/**
 * The alias of a key, in any state.
 * @param others purposes of all keys in its account and Region: if there was another generation of a key for copies, the first one
 * also has an alias with its number. @default - there are no others
 */
export function keyAlias(topology: string, purpose: KeyPurpose, others: readonly string[] = []): string {
  const copyKey = copyKeyOf(purpose);
  const numbered =
    copyKey === undefined || hasGenerations([purpose, ...others], copyKey.name) ? copyKey : undefined;
  const named = namedKeyOf(purpose) ?? numbered;
  if (named !== undefined) return generationAlias(topology, named.name, named.generation);
  return ALIASES[purpose as CopyKeyPurpose](topology);
}

/** The alias of a key for copies that points to its declared generation. */
export function currentAlias(topology: string, purpose: CopyKeyPurpose): string {
  return ALIASES[purpose](topology);
}

/** The record of one key in the lock file. */
export interface KeyRecord {
  readonly state: KeyState;
  /**
   * No deployment was seen to create the key: its apply was started, and may have failed or been killed before it created
   * the key. @default false
   */
  readonly unconfirmed?: boolean;
  /** Id of an existing key that Terraform imports if its state does not have the key. @default - Terraform has it, or creates it */
  readonly keyId?: string;
  /** Whether the account's Auto Scaling groups were ever allowed: volumes of their instances stay under the key. @default false */
  readonly launches?: boolean;
  /** Whether it was ever an EBS default key: volumes and snapshots that the account created then stay under it. @default false */
  readonly ebsDefault?: boolean;
  /**
   * Of a key that the user names, and of later home and transit keys: whether the alias without a generation points to it. Of
   * home and transit keys it points to the first one where it points to no other. @default false
   */
  readonly current?: boolean;
  /** For a first home or transit key that was found in AWS: its alias with a number exists, and Terraform imports it. @default false */
  readonly numbered?: boolean;
  /** For a multi-Region key and each of its replicas: the Region of the primary key. @default - a single-Region key */
  readonly primaryRegion?: string;
  /** Whether the user imports the key material. @default false */
  readonly imported?: boolean;
  /** For an imported primary key: its material was imported, so that KMS can create replicas. @default false */
  readonly hasMaterial?: boolean;
  /** 12-digit ids of other accounts that may have created grants on it: they can read grants until theirs are retired. @default - none */
  readonly grantedTo?: readonly string[];
}

/**
 * The states of a bucket that the foundation creates:
 *
 * - `active`: a rule names it.
 * - `retired`: no rule names it any more. Terraform keeps it with its objects, and allows no other account.
 * - `released`: rules declare it as existing, or its key was deleted or forgotten. Terraform forgets it, and it stays unchanged in AWS.
 */
export const BUCKET_STATES = ["active", "retired", "released"] as const;
export type BucketState = (typeof BUCKET_STATES)[number];

/** The record of one bucket in the lock file. */
export interface BucketRecord {
  readonly region: string;
  readonly state: BucketState;
  /** No deployment was seen to create it: the name may belong to someone else's bucket. @default false */
  readonly unconfirmed?: boolean;
  /** Its tags, which it keeps. @default {} */
  readonly tags?: Readonly<Record<string, string>>;
  /** Whether it has S3 Object Lock, which cannot be disabled. @default false */
  readonly objectLock?: boolean;
}

/** The record of one account in the lock file: enough to reach it after it has left the topology. */
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
  /** Buckets that the foundation has created, by name. @default {} */
  readonly buckets?: Readonly<Record<string, BucketRecord>>;
  /** Whether the foundation has created buckets for stored images. @default false */
  readonly imageBuckets?: true;
}

/** Rule -> account id and Region, `222222222222/eu-central-1` -> the route that a plan has chosen. */
export type ChosenRoutes = Readonly<Record<string, Readonly<Record<string, ChosenRoute>>>>;

/** The record of one topology in the lock file. */
export interface TopologyRecord {
  /** By account id. */
  readonly accounts: Readonly<Record<string, AccountRecord>>;
  /** Chosen routes of destinations with the route `auto`. @default {} */
  readonly routes?: ChosenRoutes;
}

/** The whole lock file: everything that Keyferry ever deployed, so that an edit of the configuration forgets nothing. */
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

/** A unique text for each place, for programs: `222222222222/eu-central-1/home`. */
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
  /** For one of several present or former home or transit keys. @default - it is the only one */
  readonly generation?: number;
  /** Whether it is a replica that no deployment can create before its primary key has its key material. @default false */
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

/** A unique text for each bucket, for programs, different from those of keys: `bucket/acme-documents`. */
export function rememberedBucketId({ bucket }: Pick<RememberedBucket, "bucket">): string {
  return `bucket/${bucket}`;
}
