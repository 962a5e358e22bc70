/** What a role may do with a key: decrypt data, encrypt data, or have EBS do both with volumes and snapshots. */
export type KeyUseByRole = "decrypt" | "encrypt" | "ebs";

/** What a role may do with the objects of a bucket. */
export type BucketUseByRole = "read" | "put" | "delete";

/** The grants of one role; the input of its policy. */
export interface RoleAccess {
  /** Keys, each for one use. */
  readonly keys: readonly {
    /** ARN of the key itself, never of an alias. */
    readonly keyArn: string;
    /** The key's Region; needed if EBS uses the key. */
    readonly region?: string;
    readonly use: KeyUseByRole;
  }[];
  /** Buckets, each for one use, with the keys of their objects. */
  readonly buckets: readonly {
    readonly bucketArn: string;
    readonly region: string;
    /** The key that its objects are encrypted under. */
    readonly keyArn: string;
    readonly use: BucketUseByRole;
  }[];
}

/** A role of an account that does not own the key; the key policy must also allow it. */
export interface RoleOfKey {
  /** 12-digit id of the role's account. */
  readonly account: string;
  /** With its path; the role need not exist yet. */
  readonly roleArn: string;
  /** What it does with the key. */
  readonly use: KeyUseByRole;
}
