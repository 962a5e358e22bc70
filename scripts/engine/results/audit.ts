import type { TrailPrincipal } from "../../aws";

/** One use of a key, as the event histories of all accounts that were looked at tell it together. */
export interface KeyUse {
  /** ISO 8601, in whole seconds. */
  readonly at: string;
  /** `CreateGrant`, `GenerateDataKeyWithoutPlaintext`, `Decrypt`, ... */
  readonly operation: string;
  /** What commands call the key: `prod/eu-central-1/home`. */
  readonly key: string;
  readonly keyArn: string;
  /** As the account tells it whose principal it is, where that was looked at. */
  readonly by: TrailPrincipal;
  /** What the key was used for, as KMS was told: `{"aws:ebs:id": "snap-..."}`. */
  readonly encryptionContext: Readonly<Record<string, string>>;
  /** Absent where the use was allowed. */
  readonly refusal?: { readonly code: string; readonly message: string };
  /** Accounts (12 digits) whose event history has it. */
  readonly seenIn: readonly string[];
  /** Ids of their events, in the same order. */
  readonly eventIds: readonly string[];
  /** What pairs the events of several accounts. */
  readonly sharedEventId?: string;
}

/** The uses of keys for one copy. */
export interface CopyUses {
  /** Ids of their nodes: `web/final/prod/eu-central-1`; of copies that cannot be told apart, all of them. */
  readonly copies: readonly string[];
  readonly uses: readonly KeyUse[];
}

/** Who has used the keys of copies. */
export interface Audit {
  readonly topology: string;
  /** ISO 8601. */
  readonly from: string;
  /** @default - until now */
  readonly until?: string;
  /** Every copy job, used or not, then transit copies. */
  readonly copies: readonly CopyUses[];
  /** Volumes and instances that the key's own account has made of the copies. */
  readonly launches: readonly KeyUse[];
  /** Uses that belong to no copy and no launch. */
  readonly foreign: readonly KeyUse[];
  /** What could not be looked at, or not far enough, in words. */
  readonly unseen: readonly string[];
  /** Whether nothing is foreign. */
  readonly ok: boolean;
}
