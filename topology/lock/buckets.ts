import { bucketArn } from "@keyferry/common";
import { ConfigurationError } from "../../core/errors";
import type { Replicator } from "../../policy";
import type { KeyReference } from "../../policy/document";
import { bucketDeclarations, topologyBuckets, type BucketDeclaration } from "../buckets/access";
import { bucketKeyAlias } from "../buckets/names";
import type { Topology } from "../model";
import type { AccountRecord, BucketRecord, BucketState, KeyRecord } from "./model";

type Records = NonNullable<AccountRecord["buckets"]>;

/** A bucket that synthesis writes, or that Terraform forgets. */
export interface LockedBucket {
  readonly bucket: string;
  readonly bucketArn: string;
  readonly region: string;
  readonly state: BucketState;
  readonly key: KeyReference;
  readonly tags: Readonly<Record<string, string>>;
  /** Whether it has S3 Object Lock. */
  readonly objectLock: boolean;
  /** Replication roles of other accounts that its policy allows; none if no rule names it. */
  readonly replicators: readonly Replicator[];
}

/** The records of an account's buckets for the lock file. @param account 12-digit id */
export function nextBuckets(
  topology: Topology,
  account: string,
  before: Records = {},
): Pick<AccountRecord, "buckets"> {
  refuseMoves(topology, account, before);
  refuseUnlocking(topology, account, before);
  const declared = bucketDeclarations(topology).filter(({ key }) => key.account === account);
  const existing = new Set(
    topologyBuckets(topology)
      .filter((bucket) => bucket.existing)
      .map(({ bucket }) => bucket),
  );
  const buckets: Records = {
    ...Object.fromEntries(
      Object.entries(before).map(([bucket, record]) => [bucket, left(record, existing.has(bucket))]),
    ),
    ...Object.fromEntries(declared.map((one) => [one.bucket, activeRecord(one, before[one.bucket])])),
  };
  return Object.keys(buckets).length === 0 ? {} : { buckets };
}

/** The buckets of an account as synthesis writes them. @param account 12-digit id */
export function lockedBuckets(
  topology: Topology,
  account: string,
  { buckets = {}, keys }: AccountRecord,
): readonly LockedBucket[] {
  const declarations = new Map(bucketDeclarations(topology).map((one) => [one.bucket, one]));
  return Object.entries(buckets)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([bucket, { region, state, tags = {}, objectLock = false }]): LockedBucket => ({
      bucket,
      bucketArn: bucketArn(topology.partition, bucket),
      region,
      state: hasKey(keys[region]?.buckets) ? state : "released",
      key: { account, region, alias: bucketKeyAlias(topology.name) },
      tags,
      objectLock,
      replicators: state === "active" ? (declarations.get(bucket)?.replicators ?? []) : [],
    }));
}

/** Nothing in a bucket can be read after its key was deleted, and a key that was forgotten is no longer Keyferry's. */
function hasKey(key: KeyRecord | undefined): boolean {
  return key !== undefined && key.state !== "deleted";
}

function left(record: BucketRecord, isNamedAsExisting: boolean): BucketRecord {
  if (isNamedAsExisting) return { ...record, state: "released" };
  return record.state === "active" ? { ...record, state: "retired" } : record;
}

function activeRecord(
  { key, tags, objectLock }: BucketDeclaration,
  before: BucketRecord | undefined,
): BucketRecord {
  const isKnown = before !== undefined && before.unconfirmed !== true && before.state !== "released";
  return {
    region: key.region,
    state: "active",
    ...(isKnown ? {} : { unconfirmed: true }),
    ...(Object.keys(tags).length === 0 ? {} : { tags }),
    ...(objectLock ? { objectLock } : {}),
  };
}

/** A bucket cannot move: one with the same name elsewhere could be created only after this one and its objects are deleted. */
function refuseMoves(topology: Topology, account: string, before: Records): void {
  const problems = bucketDeclarations(topology).flatMap(({ bucket, key }) => {
    const record = before[bucket];
    const isMade = record !== undefined && record.unconfirmed !== true && record.state !== "released";
    if (!isMade || (key.account === account && key.region === record.region)) return [];
    return [
      {
        path: `buckets: ${bucket}`,
        what: `the foundation created it in ${account} ${record.region}, not in ${key.account} ${key.region}`,
        allowed: "its account and Region, or another name: S3 cannot move a bucket",
      },
    ];
  });
  if (problems.length > 0) throw new ConfigurationError(problems);
}

/** Object Lock cannot be disabled. Without the setting, the replication role could not read locked objects, and every replication would fail. */
function refuseUnlocking(topology: Topology, account: string, before: Records): void {
  const problems = bucketDeclarations(topology)
    .filter(({ bucket, key, objectLock }) => {
      const { objectLock: had = false, unconfirmed = false, state } = before[bucket] ?? {};
      return key.account === account && had && !objectLock && !unconfirmed && state !== "released";
    })
    .map(({ bucket }) => ({
      path: `buckets: ${bucket}`,
      what: "it has Object Lock, which S3 cannot disable",
      allowed: "objectLock: true in every rule that names it",
    }));
  if (problems.length > 0) throw new ConfigurationError(problems);
}
