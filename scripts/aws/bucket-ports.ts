import type { Account, Place } from "../../topology";
import type { KeysPort } from "./ports";

/** One version of an object, or a delete marker, from a listing. */
export interface ListedVersion {
  readonly key: string;
  readonly version: string;
  /** Whether it is the current version. */
  readonly isLatest: boolean;
  readonly isDeleteMarker: boolean;
  /** Bytes. */
  readonly size: number;
  readonly etag: string;
  /** Canonical user id of its owner; absent if S3 does not return it. */
  readonly owner?: string;
}

/** The values of a version's headers. */
export interface ObjectLook {
  /** `PENDING`, `COMPLETED`, `FAILED`, `REPLICA`; absent if no rule applied to it. */
  readonly replicationStatus?: string;
  /** `AES256`, `aws:kms`, `aws:kms:dsse`. */
  readonly encryption?: string;
  readonly keyArn?: string;
  readonly bucketKey: boolean;
  readonly tagCount: number;
  /**
   * It is encrypted with a customer-provided key (SSE-C): S3 returns its headers, including its replication status, only with that key.
   * @default false
   */
  readonly customerKey?: boolean;
}

/** The parts of a bucket's replication rule that are compared with the topology. */
export interface ReplicationRuleView {
  readonly id: string;
  readonly enabled: boolean;
  readonly priority: number;
  readonly prefix: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly destinationArn: string;
  /** ARN, as S3 stores it. */
  readonly replicaKey?: string;
  readonly ownerOverride: boolean;
  /** Whether objects under KMS keys are replicated. */
  readonly kmsObjects: boolean;
  readonly deleteMarkers: boolean;
}

export interface ReplicationView {
  readonly roleArn: string;
  readonly rules: readonly ReplicationRuleView[];
}

/** Buckets of one account in one Region; read-only. */
export interface BucketsPort {
  /** Undefined if the bucket has none. */
  replication(bucket: string): Promise<ReplicationView | undefined>;
  /** The bucket policy as JSON text; undefined if there is none. */
  policy(bucket: string): Promise<string | undefined>;
  /** Whether versioning is enabled. */
  isVersioned(bucket: string): Promise<boolean>;
  /** Whether it has S3 Object Lock. */
  hasObjectLock(bucket: string): Promise<boolean>;
  /** Canonical user id of its owner. */
  ownerOf(bucket: string): Promise<string | undefined>;
  defaultEncryption(bucket: string): Promise<DefaultEncryption>;
  /**
   * Versions and delete markers whose keys start with a prefix, page by page, in byte order of their keys; versions of a key newest
   * first.
   * @param after only keys after this one. @default - all
   */
  versions(bucket: string, prefix: string, after?: string): AsyncIterable<readonly ListedVersion[]>;
  /** A text object, line by line. */
  lines(bucket: string, key: string): AsyncIterable<string>;
  /** Undefined if the version no longer exists. */
  look(bucket: string, key: string, version: string): Promise<ObjectLook | undefined>;
  tags(bucket: string, key: string, version: string): Promise<Readonly<Record<string, string>>>;
}

/** The default encryption of a bucket. */
export interface DefaultEncryption {
  /** `AES256`, `aws:kms` or `aws:kms:dsse`. */
  readonly algorithm: string;
  /** ARN, id, alias or alias ARN, as it was set. @default - none, which for KMS means the AWS managed key */
  readonly key?: string;
  /** Whether an S3 Bucket Key is used. */
  readonly bucketKey: boolean;
  /** Whether the bucket accepts objects and replicas with customer-provided keys (SSE-C). @default false */
  readonly takesCustomerKeys?: boolean;
}

/** What a job does, and with which objects. */
export type JobWork =
  | {
      readonly operation: "replicate";
      /** `NONE`: no rule has applied to them so far. */
      readonly statuses: readonly ("NONE" | "FAILED")[];
      /** Only objects under KMS keys. */
      readonly underKeysOnly: boolean;
    }
  | {
      /** UpdateObjectEncryption of objects under SSE-S3, or under the given keys. */
      readonly operation: "re-encrypt";
      /** The key with which they are re-encrypted. */
      readonly keyArn: string;
      /** Whether they then use an S3 Bucket Key. */
      readonly bucketKey: boolean;
      /** ARNs of their previous keys. */
      readonly otherKeyArns: readonly string[];
    };

/** The request for an S3 Batch Operations job; the job selects objects to which the bucket's rules apply. */
export interface ReplicationJobRequest {
  readonly bucketArn: string;
  /** ARN of the role of the job. */
  readonly roleArn: string;
  readonly work: JobWork;
  /** Prefix of the keys. @default - all keys */
  readonly prefixes?: readonly string[];
  readonly description: string;
  /** Where it reports failed objects; the prefix ends with a slash. @default - no report */
  readonly report?: { readonly bucketArn: string; readonly prefix: string };
  readonly tags: Readonly<Record<string, string>>;
  /** At most 64 characters: the same token returns the same job. */
  readonly token: string;
}

export interface ReplicationJob {
  readonly id: string;
  /** `New`, `Preparing`, `Active`, `Complete`, `Failed`, ... */
  readonly status: string;
  readonly description: string;
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
  /** AWS's code and message, if the job as a whole failed. */
  readonly failures: readonly { readonly code: string; readonly reason: string }[];
}

/** S3 Batch Operations of one account in one Region. */
export interface BatchJobsPort {
  /** Id of the job. */
  create(request: ReplicationJobRequest): Promise<string>;
  describe(id: string): Promise<ReplicationJob>;
  /** Every job that S3 still has, newest first: it deletes them 90 days after their end. */
  list(): Promise<readonly Pick<ReplicationJob, "id" | "description" | "status">[]>;
}

/** A role with its policies; read-only. */
export interface RolePoliciesPort {
  /** Undefined if the role does not exist. */
  role(name: string): Promise<
    | {
        /** JSON text. */
        readonly trust: string;
        readonly policies: readonly { readonly name: string; readonly document: string }[];
        /** Names of attached managed policies; their text is not read. */
        readonly attached: readonly string[];
        readonly hasBoundary: boolean;
      }
    | undefined
  >;
}

/** Replicated buckets in AWS, read with the topology's roles for replication. Makes no calls until a method of a port is called. */
export interface BucketAccess {
  buckets(place: Place): BucketsPort;
  jobs(place: Place): BatchJobsPort;
  keys(place: Place): Pick<KeysPort, "describeKey" | "keyPolicy">;
  roles(account: Account): RolePoliciesPort;
}
