import type { KeyShares, ServiceLinkedRole } from "../../../policy";
import type { KeyState, RememberedKey } from "../../../topology";
import type { KeyEvidence, KeyLastUse, KeyMaterialEntry, KeyUseKind, RotationStatus } from "../../aws";
import type { Refusal } from "../errors";

/** The users of one kind that were found for a key. */
export interface FoundUsers {
  readonly kind: KeyUseKind;
  /** For display: `volume vol-..., attached to i-...` */
  readonly users: readonly string[];
}

/** A key of the foundation, as recorded in the lock file and as AWS shows it. */
export interface KeyStatus extends Pick<
  RememberedKey,
  "accountName" | "account" | "region" | "purpose" | "alias"
> {
  /** The name that commands accept: `prod/eu-central-1/home`. */
  readonly name: string;
  /** In the lock file. */
  readonly state: KeyState;
  /** No deployment is known to have created it yet. @default false */
  readonly unconfirmed?: boolean;
  /** It is a replica that is not created before its primary key has its key material. @default false */
  readonly awaitsPrimary?: boolean;
  /** Absent: there is no such key, or it could not be read. */
  readonly found?: {
    readonly arn: string;
    /** In KMS: `Enabled`, `Disabled`, `PendingDeletion`, ... */
    readonly state: string;
    /** ISO 8601; when KMS deletes it. */
    readonly deletionDate?: string;
    /** Whether its policy denies scheduling its deletion to every principal. */
    readonly isGuarded: boolean;
  };
  readonly under: readonly FoundUsers[];
  /** What could not be read, in AWS's words, one line each. */
  readonly unseen: readonly string[];
}

/** When a key is rotated, and its key materials. */
export interface KeyRotationDetails extends RotationStatus {
  /** The oldest first. */
  readonly materials: readonly KeyMaterialEntry[];
}

/** A key with everything that is known about it. */
export interface KeyDetails extends KeyStatus {
  readonly topology: string;
  /** Its generation; absent for a key that copies need. */
  readonly generation?: number;
  /** Whether the alias without a generation points to it. */
  readonly isCurrent?: boolean;
  /** For a multi-Region key: the Region of the primary key. */
  readonly primaryRegion?: string;
  /** Whether its material is imported. @default false */
  readonly imported?: boolean;
  /** As the topology declares it. @default - none */
  readonly sharedWith?: KeyShares;
  /** As the topology declares them. */
  readonly launchGrants: readonly (ServiceLinkedRole & { readonly account: string })[];
  /** Absent if there is no such key, or it could not be read. */
  readonly rotation?: KeyRotationDetails | undefined;
}

export interface KeyList {
  readonly topology: string;
  readonly keys: readonly KeyStatus[];
}

/** Whether a key is in use. */
export interface UnusedProof {
  readonly evidence: readonly KeyEvidence[];
  /** Kinds for which the user took the responsibility. */
  readonly skipped: readonly KeyUseKind[];
  readonly lastUse?: KeyLastUse;
  /** Why the key must not be deleted; empty: nothing that was checked uses it. */
  readonly refusals: readonly UseRefusal[];
}

/** Why a key must not be deleted: resources of a kind use it, or may use it. */
export interface UseRefusal extends Refusal {
  readonly kind: KeyUseKind;
}

/** The result of a command. */
export interface KeyChange {
  readonly topology: string;
  /** What was done, in order; empty: nothing had to be changed, or the command was refused. */
  readonly done: readonly string[];
  /** Additional notes for the user. */
  readonly notes: readonly string[];
  /** Why it was refused; nothing that matters was changed then. */
  readonly refusals: readonly Refusal[];
}
