import type { TrailPrincipal } from "../../aws";

/** One use of a key, combined from the event histories of all accounts that were read. */
export interface KeyUse {
  /** ISO 8601, in whole seconds. */
  readonly at: string;
  /** `CreateGrant`, `GenerateDataKeyWithoutPlaintext`, `Decrypt`, ... */
  readonly operation: string;
  /** The key's name in commands: `prod/eu-central-1/home`. */
  readonly key: string;
  readonly keyArn: string;
  /** As recorded in the principal's own account, if that was read. */
  readonly by: TrailPrincipal;
  /** The purpose, from KMS's encryption context: `{"aws:ebs:id": "snap-..."}`. */
  readonly encryptionContext: Readonly<Record<string, string>>;
  /** Absent if the use was allowed. */
  readonly refusal?: { readonly code: string; readonly message: string };
  /** Accounts (12 digits) whose event history contains it. */
  readonly seenIn: readonly string[];
  /** Ids of their events, in the same order. */
  readonly eventIds: readonly string[];
  /** Matches the events of several accounts. */
  readonly sharedEventId?: string;
}

/** The uses of keys for one copy. */
export interface CopyUses {
  /** Ids of their nodes: `web/final/prod/eu-central-1`; all of them for copies that cannot be distinguished. */
  readonly copies: readonly string[];
  readonly uses: readonly KeyUse[];
}

/** The principals that used the keys of copies. */
export interface Audit {
  readonly topology: string;
  /** ISO 8601. */
  readonly from: string;
  /** @default - until now */
  readonly until?: string;
  /** Every copy job, used or not, then transit copies. */
  readonly copies: readonly CopyUses[];
  /** Volumes and instances that the key's own account created from the copies. */
  readonly launches: readonly KeyUse[];
  /** Uses that belong to no copy and no launch. */
  readonly foreign: readonly KeyUse[];
  /** What could not be read, or not far enough back, as sentences. */
  readonly unseen: readonly string[];
  /** Whether every use belongs to a copy or a launch. */
  readonly ok: boolean;
}
