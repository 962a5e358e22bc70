import type { KeyShares, ServiceLinkedRole } from "../../../policy";
import type { KeyState, RememberedKey } from "../../../topology";
import type { KeyEvidence, KeyLastUse, KeyMaterialEntry, KeyUseKind, RotationStatus } from "../../aws";
import type { Refusal } from "../errors";

/** What was found of one kind under a key. */
export interface FoundUsers {
  readonly kind: KeyUseKind;
  /** For people: `volume vol-..., attached to i-...` */
  readonly users: readonly string[];
}

/** A key of the foundation, as the lock file remembers it and as AWS shows it. */
export interface KeyStatus extends Pick<
  RememberedKey,
  "accountName" | "account" | "region" | "purpose" | "alias"
> {
  /** What commands take: `prod/eu-central-1/home`. */
  readonly name: string;
  /** In the lock file. */
  readonly state: KeyState;
  /** No deployment has yet been seen to make it. @default false */
  readonly unconfirmed?: boolean;
  /** It is a replica that no deployment makes before its primary key has its key material. @default false */
  readonly awaitsPrimary?: boolean;
  /** Absent: there is no such key, or it could not be read. */
  readonly found?: {
    readonly arn: string;
    /** In KMS: `Enabled`, `Disabled`, `PendingDeletion`, ... */
    readonly state: string;
    /** ISO 8601; when KMS deletes it. */
    readonly deletionDate?: string;
    /** Whether its policy keeps everybody from scheduling its deletion. */
    readonly isGuarded: boolean;
  };
  readonly under: readonly FoundUsers[];
  /** What could not be read, in AWS's words, one line each. */
  readonly unseen: readonly string[];
}

/** When a key is rotated, and what material it has had. */
export interface KeyRotationDetails extends RotationStatus {
  /** The oldest first. */
  readonly materials: readonly KeyMaterialEntry[];
}

/** A key with everything that is known of it. */
export interface KeyDetails extends KeyStatus {
  readonly topology: string;
  /** Which key of its name it is; absent for a key that copies need. */
  readonly generation?: number;
  /** Whether the alias without a generation points to it. */
  readonly isCurrent?: boolean;
  /** Of a multi-Region key: the Region of the primary key. */
  readonly primaryRegion?: string;
  /** Whether the user brings its material. @default false */
  readonly imported?: boolean;
  /** As the topology declares it. @default - nobody */
  readonly sharedWith?: KeyShares;
  /** As the topology declares them. */
  readonly launchGrants: readonly (ServiceLinkedRole & { readonly account: string })[];
  /** Absent where there is no such key, or it could not be read. */
  readonly rotation?: KeyRotationDetails | undefined;
}

export interface KeyList {
  readonly topology: string;
  readonly keys: readonly KeyStatus[];
}

/** Whether something uses a key. */
export interface UnusedProof {
  readonly evidence: readonly KeyEvidence[];
  /** Kinds that the user has taken the responsibility for. */
  readonly skipped: readonly KeyUseKind[];
  readonly lastUse?: KeyLastUse;
  /** Why the key may not be deleted; empty: nothing that was looked at uses it. */
  readonly refusals: readonly UseRefusal[];
}

/** Why a key may not be deleted: something of a kind uses it, or may. */
export interface UseRefusal extends Refusal {
  readonly kind: KeyUseKind;
}

/** What a command has done. */
export interface KeyChange {
  readonly topology: string;
  /** What was done, in order; empty: everything was so already, or the command was refused. */
  readonly done: readonly string[];
  /** What the user has to know beside it. */
  readonly notes: readonly string[];
  /** Why it was not done; nothing that matters has been changed then. */
  readonly refusals: readonly Refusal[];
}
