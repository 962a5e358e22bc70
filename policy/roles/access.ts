/** What a role is let do with a key: read what is under it, put something under it, or have EBS do both with volumes and snapshots. */
export type KeyUseByRole = "decrypt" | "encrypt" | "ebs";

/** What a role is let do with the objects of a bucket. */
export type BucketUseByRole = "read" | "put" | "delete";

/** What is granted to one role; the input of its policy. */
export interface RoleAccess {
  /** Keys, each for one use. */
  readonly keys: readonly {
    /** Of the key itself, never of an alias. */
    readonly keyArn: string;
    /** The key's Region; asked for where EBS uses it. */
    readonly region?: string;
    readonly use: KeyUseByRole;
  }[];
  /** Buckets, each for one use, with the keys of their objects. */
  readonly buckets: readonly {
    readonly bucketArn: string;
    readonly region: string;
    /** The key that its objects are under. */
    readonly keyArn: string;
    readonly use: BucketUseByRole;
  }[];
}

/** A role of another account than the key's, which needs the key's policy as well. */
export interface RoleOfKey {
  /** 12-digit id of the role's account. */
  readonly account: string;
  /** With its path; the role need not exist yet. */
  readonly roleArn: string;
  /** What it does with the key. */
  readonly use: KeyUseByRole;
}
