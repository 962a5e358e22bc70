import type { KeyReference } from "../../policy/document";
import type { Place } from "../model";
import type { STORAGE_CLASSES } from "./schema";

/** A bucket of the topology: its account and Region, its name and its key. */
export interface TopologyBucket extends Place {
  /** Its name, unique among all buckets of AWS. */
  readonly bucket: string;
  /** Whether it already exists; the foundation creates all other buckets. */
  readonly existing: boolean;
  /** The customer managed key of its default encryption. */
  readonly key: KeyReference;
}

export interface BucketSource extends TopologyBucket {
  /** Other keys that encrypt its objects. */
  readonly otherKeys: readonly KeyReference[];
  /** Name of the bucket into which jobs report failed objects. @default - jobs write no reports */
  readonly reports?: string;
  /** ARN of the topic or queue that receives S3's replication events. @default - no events are sent */
  readonly replicationEvents?: string;
}

/** A bucket into which a rule replicates its source. */
export interface BucketDestination extends TopologyBucket {
  /** Id of the rule in S3's replication configuration: `documents.acme-documents-prod`. */
  readonly ruleId: string;
  /** @default - that of the source object */
  readonly storageClass?: (typeof STORAGE_CLASSES)[number];
  /** Whether S3 Replication Time Control is on. */
  readonly replicationTime: boolean;
}

/**
 * A bucket that S3 replicates into others. All rules of one source bucket form one replication configuration, with one role; an
 * earlier rule wins over a later one with the same destination.
 */
export interface BucketRule {
  /** The user's name for it: `documents`; unique among the bucket rules. */
  readonly name: string;
  readonly from: BucketSource;
  readonly to: readonly BucketDestination[];
  /** Name of the replication role, which S3 assumes in the source's account. */
  readonly role: string;
  /** The objects to replicate: those whose keys begin with the prefix and that have all of the tags. */
  readonly filter: { readonly prefix: string; readonly tags: Readonly<Record<string, string>> };
  /** Whether delete markers are replicated. */
  readonly deleteMarkers: boolean;
  /** Whether metadata changes of replicas in the source are replicated. */
  readonly replicaModifications: boolean;
  /** Whether source and destinations have S3 Object Lock. */
  readonly objectLock: boolean;
  /** What a command does with objects that existed before the rule. */
  readonly existingObjects: "replicate" | "re-encrypt" | "leave";
  /** Tags of the buckets that the foundation creates, and of the role. */
  readonly tags: Readonly<Record<string, string>>;
}
