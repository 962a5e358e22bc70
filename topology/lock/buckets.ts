import { bucketArn } from "@keyferry/common";
import { ConfigurationError } from "../../core/errors";
import type { Replicator } from "../../policy";
import type { KeyReference } from "../../policy/document";
import { bucketDeclarations, topologyBuckets, type BucketDeclaration } from "../buckets/access";
import { bucketKeyAlias } from "../buckets/names";
import type { Topology } from "../model";
import type { AccountRecord, BucketRecord, BucketState, KeyRecord } from "./model";

type Records = NonNullable<AccountRecord["buckets"]>;

/** A bucket that synthesis has to write, or to let Terraform forget. */
export interface LockedBucket {
  readonly bucket: string;
  readonly bucketArn: string;
  readonly region: string;
  readonly state: BucketState;
  readonly key: KeyReference;
  readonly tags: Readonly<Record<string, string>>;
  /** Whether it has S3 Object Lock. */
  readonly objectLock: boolean;
  /** Replication roles of other accounts that its policy lets in; none where no rule names it. */
  readonly replicators: readonly Replicator[];
}

/** What the lock file is to say of the buckets of an account. @param account 12-digit id */
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

/** A key that was deleted has left nothing that could be read in its buckets, and one that was forgotten is somebody else's. */
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

/** A bucket cannot move: one of the same name elsewhere could be made only once this one is gone, with what is in it. */
function refuseMoves(topology: Topology, account: string, before: Records): void {
  const problems = bucketDeclarations(topology).flatMap(({ bucket, key }) => {
    const record = before[bucket];
    const isMade = record !== undefined && record.unconfirmed !== true && record.state !== "released";
    if (!isMade || (key.account === account && key.region === record.region)) return [];
    return [
      {
        path: `buckets: ${bucket}`,
        what: `it is in ${account} ${record.region}, where the foundation has made it, and not in ${key.account} ${key.region}`,
        allowed: "its account and Region, or another name: S3 moves no bucket",
      },
    ];
  });
  if (problems.length > 0) throw new ConfigurationError(problems);
}

/** A bucket has Object Lock for good: without the setting the replication role could not read what is locked, and every object would fail. */
function refuseUnlocking(topology: Topology, account: string, before: Records): void {
  const problems = bucketDeclarations(topology)
    .filter(({ bucket, key, objectLock }) => {
      const { objectLock: had = false, unconfirmed = false, state } = before[bucket] ?? {};
      return key.account === account && had && !objectLock && !unconfirmed && state !== "released";
    })
    .map(({ bucket }) => ({
      path: `buckets: ${bucket}`,
      what: "it has Object Lock, which S3 never takes away",
      allowed: "objectLock: true in the rules that name it",
    }));
  if (problems.length > 0) throw new ConfigurationError(problems);
}
