/** A role of another account that S3 assumes to write replicas into a bucket. */
export interface Replicator {
  /** 12-digit id of the role's account. */
  readonly account: string;
  /** Name of the role; its path is `/`. */
  readonly roleName: string;
  /** Whether delete markers come along. */
  readonly deleteMarkers: boolean;
  /** Whether replicas bring their sources' retention and legal hold (S3 Object Lock). @default false */
  readonly objectLock?: boolean;
}

/** What a bucket policy is made from. */
export interface BucketAccess {
  readonly partition: string;
  readonly bucketArn: string;
  /** The only key that objects may be under. */
  readonly keyArn: string;
  /** Whether nobody may delete the bucket. */
  readonly retained: boolean;
  /** Roles of other accounts: those of the bucket's own need only their own policy. */
  readonly replicators: readonly Replicator[];
}

/** Replicas that roles of other accounts write under a key. */
export interface ReplicaKeyAccess {
  readonly partition: string;
  /** Region of the key, which is that of the bucket. */
  readonly region: string;
  readonly writers: readonly ReplicaWriter[];
}

/** A role of another account that writes replicas under a key, into one bucket. */
export interface ReplicaWriter extends Pick<Replicator, "account" | "roleName"> {
  readonly bucketArn: string;
}

/** What one replication role carries; the input of its policies. */
export interface ReplicationAccess {
  readonly source: {
    /** 12-digit id. */
    readonly account: string;
    readonly region: string;
    readonly bucketArn: string;
    /** Keys that its objects are under. */
    readonly keyArns: readonly string[];
  };
  readonly destinations: readonly ReplicationTarget[];
  /** Whether the source has S3 Object Lock, and every destination with it. @default false */
  readonly objectLock?: boolean;
  /** Whether the role may be assumed for the source bucket alone. */
  readonly trustedForSourceOnly: boolean;
}

export interface ReplicationTarget {
  readonly region: string;
  readonly bucketArn: string;
  /** Keys that the replicas end under. */
  readonly keyArns: readonly string[];
  readonly deleteMarkers: boolean;
  /** Whether replicas are handed over to the bucket's owner. */
  readonly ownerOverride: boolean;
}

/** Objects of a bucket, as a resource. */
export function objectsOf({ bucketArn }: { readonly bucketArn: string }): string {
  return `${bucketArn}/*`;
}

/** What S3 gives KMS as the encryption context: the object's ARN, and with an S3 Bucket Key the bucket's. */
export function contextsOf(bucket: { readonly bucketArn: string }): readonly string[] {
  return [objectsOf(bucket), bucket.bucketArn];
}

/** Objects whose encryption a job updates: they are put under their bucket's key where they lie. */
export interface ReEncryptedObjects {
  /** Region of the bucket and of its keys. */
  readonly region: string;
  /** The key that they are put under. */
  readonly keyArn: string;
  /** Keys that they are under before. Objects under SSE-S3 are under none. */
  readonly otherKeyArns: readonly string[];
}

/** What a role of S3 Batch Replication works on; the input of its policies. */
export interface BatchReplicationAccess {
  /** ARN of the source bucket. */
  readonly bucketArn: string;
  /** What is put under the bucket's key before it is replicated. @default - nothing */
  readonly reEncrypt?: ReEncryptedObjects;
  /** Where completion reports go. @default - no job writes one */
  readonly reports?: {
    readonly bucketArn: string;
    /** Empty, or ends with a slash. */
    readonly prefix: string;
  };
}
