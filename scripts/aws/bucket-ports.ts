import type { Account, Place } from "../../topology";
import type { KeysPort } from "./ports";

/** One version of an object, or a delete marker, as a listing shows it. */
export interface ListedVersion {
  readonly key: string;
  readonly version: string;
  /** Whether it is the one that is read when none is named. */
  readonly isLatest: boolean;
  readonly isDeleteMarker: boolean;
  /** Bytes. */
  readonly size: number;
  readonly etag: string;
  /** Canonical user id of its owner; absent where S3 does not say. */
  readonly owner?: string;
}

/** What the headers of a version say. */
export interface ObjectLook {
  /** `PENDING`, `COMPLETED`, `FAILED`, `REPLICA`; absent where no rule concerned it. */
  readonly replicationStatus?: string;
  /** `AES256`, `aws:kms`, `aws:kms:dsse`. */
  readonly encryption?: string;
  readonly keyArn?: string;
  readonly bucketKey: boolean;
  readonly tagCount: number;
  /**
   * It is under a key that its writer provided and keeps (SSE-C): S3 shows its headers, and so its replication, only to who has that key.
   * @default false
   */
  readonly customerKey?: boolean;
}

/** A rule of a bucket's replication, as far as it is compared with the topology. */
export interface ReplicationRuleView {
  readonly id: string;
  readonly enabled: boolean;
  readonly priority: number;
  readonly prefix: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly destinationArn: string;
  /** ARN, as S3 keeps it. */
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

/** Buckets of one account in one Region. Reads only. */
export interface BucketsPort {
  /** Undefined where the bucket has none. */
  replication(bucket: string): Promise<ReplicationView | undefined>;
  /** The bucket policy as JSON text; undefined where there is none. */
  policy(bucket: string): Promise<string | undefined>;
  /** Whether versioning is enabled. */
  isVersioned(bucket: string): Promise<boolean>;
  /** Whether it has S3 Object Lock. */
  hasObjectLock(bucket: string): Promise<boolean>;
  /** Canonical user id of its owner. */
  ownerOf(bucket: string): Promise<string | undefined>;
  defaultEncryption(bucket: string): Promise<DefaultEncryption>;
  /**
   * Versions and delete markers whose keys begin with a prefix, page by page, in the order of the bytes of their keys, those of a key
   * newest first.
   * @param after only keys that come after this one. @default - all
   */
  versions(bucket: string, prefix: string, after?: string): AsyncIterable<readonly ListedVersion[]>;
  /** A text object, line by line. */
  lines(bucket: string, key: string): AsyncIterable<string>;
  /** Undefined where the version is gone. */
  look(bucket: string, key: string, version: string): Promise<ObjectLook | undefined>;
  tags(bucket: string, key: string, version: string): Promise<Readonly<Record<string, string>>>;
}

/** Under what S3 puts objects that name nothing. */
export interface DefaultEncryption {
  /** `AES256`, `aws:kms` or `aws:kms:dsse`. */
  readonly algorithm: string;
  /** ARN, id, alias or alias ARN, as it was set. @default - none, which under KMS is the AWS managed key */
  readonly key?: string;
  /** Whether an S3 Bucket Key is used. */
  readonly bucketKey: boolean;
  /** Whether the bucket takes objects and replicas under keys that customers provide (SSE-C). @default false */
  readonly takesCustomerKeys?: boolean;
}

/** What a job does with objects, and with which. */
export type JobWork =
  | {
      readonly operation: "replicate";
      /** `NONE`: no rule concerned them so far. */
      readonly statuses: readonly ("NONE" | "FAILED")[];
      /** Only objects under KMS keys. */
      readonly underKeysOnly: boolean;
    }
  | {
      /** UpdateObjectEncryption of objects under SSE-S3, or under certain keys. */
      readonly operation: "re-encrypt";
      /** The key that they are put under. */
      readonly keyArn: string;
      /** Whether they use an S3 Bucket Key then. */
      readonly bucketKey: boolean;
      /** ARNs of keys that they are under before. */
      readonly otherKeyArns: readonly string[];
    };

/** What a job of S3 Batch Operations is made from; it takes objects that the bucket's rules name. */
export interface ReplicationJobRequest {
  readonly bucketArn: string;
  /** ARN of the role of the job. */
  readonly roleArn: string;
  readonly work: JobWork;
  /** How keys begin. @default - all keys */
  readonly prefixes?: readonly string[];
  readonly description: string;
  /** Where it reports which objects have failed; the prefix ends with a slash. @default - it writes no report */
  readonly report?: { readonly bucketArn: string; readonly prefix: string };
  readonly tags: Readonly<Record<string, string>>;
  /** At most 64 characters: the same token makes the same job. */
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
  /** AWS's own code and words, where the job as a whole has failed. */
  readonly failures: readonly { readonly code: string; readonly reason: string }[];
}

/** S3 Batch Operations of one account in one Region. */
export interface BatchJobsPort {
  /** Id of the job. */
  create(request: ReplicationJobRequest): Promise<string>;
  describe(id: string): Promise<ReplicationJob>;
  /** Every job that S3 still knows, newest first: it forgets them 90 days after their end. */
  list(): Promise<readonly Pick<ReplicationJob, "id" | "description" | "status">[]>;
}

/** A role with what decides about it. Reads only. */
export interface RolePoliciesPort {
  /** Undefined where there is no such role. */
  role(name: string): Promise<
    | {
        /** JSON text. */
        readonly trust: string;
        readonly policies: readonly { readonly name: string; readonly document: string }[];
        /** Names of attached managed policies, whose text is not read. */
        readonly attached: readonly string[];
        readonly hasBoundary: boolean;
      }
    | undefined
  >;
}

/** AWS as the roles for replication of a topology see buckets that are replicated. Nothing is called before a port's method is. */
export interface BucketAccess {
  buckets(place: Place): BucketsPort;
  jobs(place: Place): BatchJobsPort;
  keys(place: Place): Pick<KeysPort, "describeKey" | "keyPolicy">;
  roles(account: Account): RolePoliciesPort;
}
