import { bucketArn, derived } from "@keyferry/common";
import type { KeyDeclaration, Replicator, ReplicaWriter } from "../../policy";
import { keyReferenceId, type KeyReference } from "../../policy/document";
import { uniqueBy } from "../../core/unique-by";
import type { Topology } from "../model";
import type { BucketDestination, BucketRule, BucketSource, TopologyBucket } from "./model";

/** A rule from a source bucket to one of its destinations. */
export interface RuleIntoBucket {
  readonly rule: BucketRule;
  readonly to: BucketDestination;
}

/** The replication of one source bucket: AWS keeps one configuration of a bucket, with one role. */
export interface Replication {
  readonly source: BucketSource;
  /** Name of the role. */
  readonly role: string;
  /** Whether the source, and so every destination, has S3 Object Lock. */
  readonly objectLock: boolean;
  /** An earlier rule wins over a later one with the same destination. */
  readonly rules: readonly RuleIntoBucket[];
}

/** Every replication of a topology, by source bucket. */
export const replications = derived((topology: Topology): readonly Replication[] =>
  uniqueBy(topology.buckets, ({ from }) => from.bucket).map(({ from, role }) => {
    const rules = topology.buckets.filter((rule) => rule.from.bucket === from.bucket);
    const otherKeys = rules.flatMap((rule) => rule.from.otherKeys);
    const [reports] = rules.flatMap((rule) => rule.from.reports ?? []);
    const [replicationEvents] = rules.flatMap((rule) => rule.from.replicationEvents ?? []);
    return {
      source: {
        ...from,
        otherKeys: uniqueBy(otherKeys, keyReferenceId),
        ...(reports === undefined ? {} : { reports }),
        ...(replicationEvents === undefined ? {} : { replicationEvents }),
      },
      role,
      objectLock: rules.some((rule) => rule.objectLock),
      rules: rules.flatMap((rule) => rule.to.map((to) => ({ rule, to }))),
    };
  }),
);

/** Every bucket that a topology names, each once. */
export const topologyBuckets = derived((topology: Topology): readonly TopologyBucket[] =>
  uniqueBy(
    topology.buckets.flatMap(({ from, to }) => [from, ...to]),
    ({ bucket }) => bucket,
  ),
);

/** A bucket that the foundation creates, and the principals that its policy allows. */
export interface BucketDeclaration {
  readonly bucket: string;
  readonly bucketArn: string;
  readonly key: KeyReference;
  readonly tags: Readonly<Record<string, string>>;
  /** Whether it has S3 Object Lock. */
  readonly objectLock: boolean;
  /** Replication roles of other accounts. */
  readonly replicators: readonly Replicator[];
}

/** Every bucket that the foundation creates, each once. */
export const bucketDeclarations = derived((topology: Topology): readonly BucketDeclaration[] =>
  topologyBuckets(topology)
    .filter(({ existing }) => !existing)
    .map((one) => ({
      bucket: one.bucket,
      bucketArn: bucketArn(topology.partition, one.bucket),
      key: one.key,
      tags: tagsOf(topology, one.bucket),
      objectLock: rulesOf(topology, one.bucket).some(({ objectLock }) => objectLock),
      replicators: replicatorsInto(topology, one),
    })),
);

/** Replication roles of other accounts that write into a bucket: those of its own account need only their own policy. */
export function replicatorsInto(
  topology: Topology,
  { bucket, account }: TopologyBucket,
): readonly Replicator[] {
  return replications(topology).flatMap(({ source, role, rules, objectLock }) => {
    const into = rules.filter(({ to }) => to.bucket === bucket);
    if (into.length === 0 || source.account.id === account.id) return [];
    const deleteMarkers = into.some(({ rule }) => rule.deleteMarkers);
    return [
      {
        account: source.account.id,
        roleName: role,
        deleteMarkers,
        ...(objectLock ? { objectLock } : {}),
      },
    ];
  });
}

/** The keys that the foundation creates for buckets: one in each account and Region with buckets. */
export function bucketKeyDeclarations(topology: Topology): readonly KeyDeclaration[] {
  const buckets = bucketDeclarations(topology);
  return uniqueBy(
    buckets.map(({ key }) => key),
    keyReferenceId,
  ).map((key) => ({
    ...key,
    partition: topology.partition,
    purpose: "buckets",
    copiers: [],
    launches: false,
    replicaWriters: buckets
      .filter((one) => keyReferenceId(one.key) === keyReferenceId(key))
      .flatMap(({ bucketArn: arn, replicators }) =>
        replicators.map(({ account, roleName }): ReplicaWriter => ({ account, roleName, bucketArn: arn })),
      ),
  }));
}

/** The tags of all rules that name a bucket; an earlier rule wins. */
function tagsOf(topology: Topology, bucket: string): Readonly<Record<string, string>> {
  const rules = rulesOf(topology, bucket);
  return Object.assign({}, ...rules.map(({ tags }) => tags).reverse()) as Readonly<Record<string, string>>;
}

/** Rules that name a bucket, as their source or as a destination. */
function rulesOf({ buckets }: Topology, bucket: string): readonly BucketRule[] {
  return buckets.filter(({ from, to }) => [from, ...to].some((one) => one.bucket === bucket));
}
