import type { S3BucketReplicationConfigurationRule } from "@cdktf/provider-aws/lib/s3-bucket-replication-configuration";
import type { IKey } from "../kms";
import type { IBucket } from "./bucket";
import { isAcrossAccounts } from "./replication-role";

/** Which objects go where, and how. */
export interface ReplicationRule {
  /** Unique within the source, at most 255 characters. */
  readonly id: string;
  /** The bucket that the replicas go into. */
  readonly destination: IBucket;
  /** The key that replicas end under, in the destination's Region. @default - that of the destination's default encryption */
  readonly replicaKey?: IKey;
  /** Which rule counts where several of them name one destination: that of the largest number. @default - the first in the list */
  readonly priority?: number;
  /** Whether S3 replicates by the rule. @default true */
  readonly enabled?: boolean;
  /** How the keys of the objects begin. @default - every object */
  readonly prefix?: string;
  /** Tags that the objects have, all of them. @default - every object */
  readonly objectTags?: Readonly<Record<string, string>>;
  /** Whether delete markers are replicated; the deletion of a version never is. @default false */
  readonly deleteMarkers?: boolean;
  /** Whether changes of a replica's metadata are replicated back, for rules in both directions. @default false */
  readonly replicaModifications?: boolean;
  /** Of the replicas. @default - that of the source object */
  readonly storageClass?:
    | "STANDARD"
    | "STANDARD_IA"
    | "ONEZONE_IA"
    | "INTELLIGENT_TIERING"
    | "GLACIER_IR"
    | "GLACIER"
    | "DEEP_ARCHIVE";
  /** Whether AWS commits to replicating within 15 minutes (S3 RTC); at extra cost. @default false */
  readonly replicationTimeControl?: boolean;
  /** Whether S3 measures what is pending and what fails. @default - as `replicationTimeControl`, which needs it */
  readonly metrics?: boolean;
}

/** Minutes of S3 RTC and of its metrics; AWS takes no other number. Source: S3 API reference, ReplicationTimeValue. */
const RTC_MINUTES = 15;

/** The key that replicas of a rule end under. */
export function keyOfReplicas({ replicaKey, destination }: ReplicationRule): IKey {
  return replicaKey ?? destination.encryptionKey;
}

export type PrioritisedRule = ReplicationRule & { readonly priority: number };

/** Rules with the priority of each: the earlier one wins, where none is given. */
export function prioritised(rules: readonly ReplicationRule[]): readonly PrioritisedRule[] {
  return rules.map((rule, index) => ({ ...rule, priority: rule.priority ?? rules.length - index }));
}

/** A rule as Terraform takes it. */
export function ruleBlock(source: IBucket, rule: PrioritisedRule): S3BucketReplicationConfigurationRule {
  return {
    id: rule.id,
    priority: rule.priority,
    status: status(rule.enabled ?? true),
    filter: filterOf(rule),
    deleteMarkerReplication: { status: status(rule.deleteMarkers ?? false) },
    sourceSelectionCriteria: {
      sseKmsEncryptedObjects: { status: "Enabled" },
      ...(rule.replicaModifications === true ? { replicaModifications: { status: "Enabled" } } : {}),
    },
    destination: destinationOf(source, rule),
  };
}

function destinationOf(
  source: IBucket,
  rule: ReplicationRule,
): S3BucketReplicationConfigurationRule["destination"] {
  const {
    destination,
    storageClass,
    replicationTimeControl = false,
    metrics = replicationTimeControl,
  } = rule;
  const threshold = { minutes: RTC_MINUTES };
  return {
    bucket: destination.bucketArn,
    ...(storageClass === undefined ? {} : { storageClass }),
    encryptionConfiguration: { replicaKmsKeyId: keyOfReplicas(rule).keyArn },
    ...(isAcrossAccounts(source, destination)
      ? { account: destination.environment.account, accessControlTranslation: { owner: "Destination" } }
      : {}),
    ...(replicationTimeControl ? { replicationTime: { status: "Enabled", time: threshold } } : {}),
    ...(metrics
      ? { metrics: { status: "Enabled", ...(replicationTimeControl ? { eventThreshold: threshold } : {}) } }
      : {}),
  };
}

function filterOf({
  prefix,
  objectTags = {},
}: ReplicationRule): S3BucketReplicationConfigurationRule["filter"] {
  const [first, ...others] = Object.entries(objectTags);
  if (first === undefined) return { prefix: prefix ?? "" };
  if (prefix === undefined && others.length === 0) return { tag: { key: first[0], value: first[1] } };
  return { and: { ...(prefix === undefined ? {} : { prefix }), tags: { ...objectTags } } };
}

function status(on: boolean): "Enabled" | "Disabled" {
  return on ? "Enabled" : "Disabled";
}
