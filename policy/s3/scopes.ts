/** A role of another account that S3 assumes to write replicas to a bucket. */
export interface Replicator {
  /** 12-digit id of the role's account. */
  readonly account: string;
  /** Name of the role; its path is `/`. */
  readonly roleName: string;
  /** Whether delete markers are replicated. */
  readonly deleteMarkers: boolean;
  /** Whether replicas get the retention and legal hold of their source objects (S3 Object Lock). @default false */
  readonly objectLock?: boolean;
}

/** The input of a bucket policy. */
export interface BucketAccess {
  readonly partition: string;
  readonly bucketArn: string;
  /** The only key that may encrypt objects. */
  readonly keyArn: string;
  /** Whether the deletion of the bucket is denied to every principal. */
  readonly retained: boolean;
  /** Roles of other accounts; roles of the bucket's account need only their own policy. */
  readonly replicators: readonly Replicator[];
}

/** Replicas that roles of other accounts write under a key. */
export interface ReplicaKeyAccess {
  readonly partition: string;
  /** Region of the key and of the bucket. */
  readonly region: string;
  readonly writers: readonly ReplicaWriter[];
}

/** A role of another account that writes replicas under a key to one bucket. */
export interface ReplicaWriter extends Pick<Replicator, "account" | "roleName"> {
  readonly bucketArn: string;
}

/** What one replication role replicates; the input of its policies. */
export interface ReplicationAccess {
  readonly source: {
    /** 12-digit id. */
    readonly account: string;
    readonly region: string;
    readonly bucketArn: string;
    /** Keys that encrypt its objects. */
    readonly keyArns: readonly string[];
  };
  readonly destinations: readonly ReplicationTarget[];
  /** Whether the source, and so every destination, has S3 Object Lock. @default false */
  readonly objectLock?: boolean;
  /** Whether the role may be assumed only for the source bucket. */
  readonly trustedForSourceOnly: boolean;
}

export interface ReplicationTarget {
  readonly region: string;
  readonly bucketArn: string;
  /** Keys that encrypt the replicas. */
  readonly keyArns: readonly string[];
  readonly deleteMarkers: boolean;
  /** Whether the bucket's owner becomes the owner of replicas. */
  readonly ownerOverride: boolean;
}

/** Objects of a bucket, as a resource. */
export function objectsOf({ bucketArn }: { readonly bucketArn: string }): string {
  return `${bucketArn}/*`;
}

/** The encryption contexts that S3 sends to KMS: the object's ARN, or the bucket's ARN with an S3 Bucket Key. */
export function contextsOf(bucket: { readonly bucketArn: string }): readonly string[] {
  return [objectsOf(bucket), bucket.bucketArn];
}

/** Objects whose encryption a job updates: they are re-encrypted in place under their bucket's key. */
export interface ReEncryptedObjects {
  /** Region of the bucket and of its keys. */
  readonly region: string;
  /** The new key. */
  readonly keyArn: string;
  /** Their previous keys. Objects under SSE-S3 have none. */
  readonly otherKeyArns: readonly string[];
}

/** What a role of S3 Batch Replication works on; the input of its policies. */
export interface BatchReplicationAccess {
  /** ARN of the source bucket. */
  readonly bucketArn: string;
  /** Objects that are re-encrypted under the bucket's key before they are replicated. @default - none */
  readonly reEncrypt?: ReEncryptedObjects;
  /** Where completion reports go. @default - no job writes one */
  readonly reports?: {
    readonly bucketArn: string;
    /** Empty, or ends with a slash. */
    readonly prefix: string;
  };
}
