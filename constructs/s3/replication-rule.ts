import type { S3BucketReplicationConfigurationRule } from "@cdktf/provider-aws/lib/s3-bucket-replication-configuration";
import type { IKey } from "../kms";
import type { IBucket } from "./bucket";
import { isAcrossAccounts } from "./replication-role";

/** A replication rule: the objects, their destination and its settings. */
export interface ReplicationRule {
  /** Id of the rule, unique within the source, at most 255 characters. */
  readonly id: string;
  /** The destination bucket of the replicas. */
  readonly destination: IBucket;
  /** The key that encrypts the replicas, in the destination's Region. @default - the key of the destination's default encryption */
  readonly replicaKey?: IKey;
  /** Priority among rules with the same destination: the rule with the highest number applies. @default - the first rule in the list has the highest priority */
  readonly priority?: number;
  /** Whether the rule is enabled. @default true */
  readonly enabled?: boolean;
  /** Prefix of the object keys. @default - every object */
  readonly prefix?: string;
  /** Tags that an object must have, all of them. @default - every object */
  readonly objectTags?: Readonly<Record<string, string>>;
  /** Whether delete markers are replicated. The deletion of a version is never replicated. @default false */
  readonly deleteMarkers?: boolean;
  /** Whether changes of a replica's metadata are replicated back, for rules in both directions. @default false */
  readonly replicaModifications?: boolean;
  /** Storage class of the replicas. @default - that of the source object */
  readonly storageClass?:
    | "STANDARD"
    | "STANDARD_IA"
    | "ONEZONE_IA"
    | "INTELLIGENT_TIERING"
    | "GLACIER_IR"
    | "GLACIER"
    | "DEEP_ARCHIVE";
  /** Whether to use S3 Replication Time Control: AWS commits to replicating within 15 minutes, at extra cost. @default false */
  readonly replicationTimeControl?: boolean;
  /** Whether S3 publishes metrics of pending and failed replication. @default - the value of `replicationTimeControl`, which requires metrics */
  readonly metrics?: boolean;
}

/** Minutes of S3 Replication Time Control and of its metrics; AWS accepts no other number. Source: S3 API reference, ReplicationTimeValue. */
const RTC_MINUTES = 15;

/** The key that encrypts the replicas of a rule. */
export function keyOfReplicas({ replicaKey, destination }: ReplicationRule): IKey {
  return replicaKey ?? destination.encryptionKey;
}

export type PrioritisedRule = ReplicationRule & { readonly priority: number };

/** Rules with their priorities. Rules without a priority are ordered by their position: the earlier rule wins. */
export function prioritised(rules: readonly ReplicationRule[]): readonly PrioritisedRule[] {
  return rules.map((rule, index) => ({ ...rule, priority: rule.priority ?? rules.length - index }));
}

/** A rule in the form that Terraform expects. */
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
