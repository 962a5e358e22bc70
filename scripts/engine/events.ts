import type { NodeId } from "../../topology/ids";
import type { RefreshView } from "../aws";
import type { Explanation } from "./explain/explanation";

/** What a copy is doing, for people. */
export interface CopyProgress {
  readonly state: string;
  /** 0 to 100, over all snapshots. */
  readonly percent: number;
  /** AWS's own words, where it has any. */
  readonly reason?: string;
}

/**
 * Everything that a run tells, as data. `code` and the fields are the contract; the words are made elsewhere. The
 * engine never prints.
 */
export type RunEvent =
  | {
      readonly code: "RunStarted";
      readonly topology: string;
      readonly run: string;
      /** What the run is restricted to, as the user has named it. */
      readonly only?: readonly string[];
    }
  /** The journal can no longer be written; the run goes on without it. `reason`: the operating system's words. */
  | { readonly code: "JournalLost"; readonly reason: string }
  | {
      readonly code: "LeaseTakenOver";
      readonly rule: string;
      readonly from: string;
      readonly because: string;
    }
  | {
      /** Another run works on rules of the same source account and Region; this one waits until it has ended. */
      readonly code: "LeaseAwaited";
      readonly rules: readonly string[];
      /** Which lease, who holds it and until when it is taken. */
      readonly because: string;
    }
  | {
      readonly code: "SourcePinned";
      readonly rule: string;
      readonly imageId: string;
      readonly name: string;
      readonly resumed: boolean;
    }
  | {
      /** An unfinished run has pinned an image, and the rule would carry another one now: it waits for the next run. */
      readonly code: "NewerImageWaits";
      readonly rule: string;
      readonly imageId: string;
      /** When that run began. ISO 8601. */
      readonly since: string;
      readonly newer: string;
      readonly newerName: string;
    }
  | { readonly code: "WayChosen"; readonly rule: string; readonly because: string }
  | {
      readonly code: "CopyPlanned";
      readonly node: NodeId;
      readonly role: "transit" | "final";
      /** The user's name of the account. */
      readonly account: string;
      readonly region: string;
      /** The source image's id, or the node whose copy it is made from. */
      readonly madeFrom: string;
      /** Size of all volumes together. */
      readonly sizeGiB: number;
    }
  | {
      readonly code: "CopyFound";
      readonly node: NodeId;
      readonly imageId: string;
      readonly state: string;
      readonly attempt: number;
    }
  | { readonly code: "CopyWaitsForSlot"; readonly node: NodeId; readonly place: string }
  /** AWS has too many copies in progress in the account and Region; it is tried again. */
  | { readonly code: "CopyRefused"; readonly node: NodeId; readonly reason: string }
  /** Another image is being stored in the account and Region, and AWS takes no more now; it is tried again. */
  | {
      readonly code: "StoreRefused";
      readonly rule: string;
      readonly imageId: string;
      readonly reason: string;
    }
  /** `percent`: 0 to 100. */
  | {
      readonly code: "StoreProgressed";
      readonly rule: string;
      readonly imageId: string;
      readonly percent: number;
    }
  | {
      readonly code: "ImageStored";
      readonly rule: string;
      readonly imageId: string;
      readonly bucket: string;
      readonly key: string;
    }
  /** Of the object that is copied into the destination's bucket. `percent`: 0 to 100. */
  | { readonly code: "ObjectProgressed"; readonly node: NodeId; readonly percent: number }
  | {
      readonly code: "ObjectCopied";
      readonly node: NodeId;
      readonly bucket: string;
      readonly key: string;
      readonly bytes: number;
      /** Parts that an earlier run had copied. */
      readonly resumed: number;
    }
  /** Objects and unfinished uploads that the journeys of a rule have needed, as `bucket/key`. */
  | { readonly code: "StoredRemoved"; readonly rule: string; readonly ids: readonly string[] }
  | {
      readonly code: "CopyStarting";
      readonly node: NodeId;
      readonly fromImageId: string;
      readonly attempt: number;
    }
  | {
      readonly code: "CopyStarted";
      readonly node: NodeId;
      readonly imageId: string;
      readonly fromImageId: string;
      readonly origin: string;
      readonly attempt: number;
    }
  | {
      readonly code: "CopyProgressed";
      readonly node: NodeId;
      readonly imageId: string;
      readonly progress: CopyProgress;
    }
  | {
      readonly code: "CopyAvailable";
      readonly node: NodeId;
      readonly imageId: string;
      readonly seconds: number;
    }
  | {
      readonly code: "CopyDead";
      readonly node: NodeId;
      readonly imageId: string;
      readonly state: string;
      readonly reason?: string;
    }
  | {
      readonly code: "CopyRemoved";
      readonly node: NodeId;
      readonly imageId: string;
      readonly because: "failed" | "transit" | "retired";
    }
  | {
      /** An old copy, or a snapshot of one, that something still uses. */
      readonly code: "CopyKept";
      readonly node: NodeId;
      readonly imageId: string;
      /** `instance i-...`, `the parameter /images/web`. */
      readonly by: readonly string[];
    }
  | {
      /** Something may use old copies of an account and Region, and cannot be read; they all stay. */
      readonly code: "UseUnclear";
      /** `launch template theirs version 1, by the parameter /teams/base:3` */
      readonly subject: string;
      readonly what: string;
      readonly fix?: string;
      readonly account?: string;
    }
  | { readonly code: "ShareRecorded"; readonly resourceId: string; readonly accounts: readonly string[] }
  | {
      readonly code: "Shared";
      readonly imageId: string;
      readonly accounts: readonly string[];
      /** Whether it is shared alone, to be launched from; otherwise its snapshots are as well, to be copied. @default false */
      readonly toLaunch?: boolean;
    }
  | { readonly code: "ShareWithdrawn"; readonly resourceId: string; readonly accounts: readonly string[] }
  | {
      readonly code: "CopyCompleted";
      readonly node: NodeId;
      readonly imageId: string;
      /** What CopyImage had not carried: `tag team`, `deprecation time`. */
      readonly set: readonly string[];
    }
  | {
      readonly code: "CopyVerified";
      readonly node: NodeId;
      readonly imageId: string;
      readonly keyArn: string;
      readonly snapshots: number;
    }
  | {
      readonly code: "ImagePublished";
      readonly node: NodeId;
      readonly parameter: string;
      readonly imageId: string;
    }
  | {
      /** A proved copy that a rollback keeps from being published. */
      readonly code: "PublicationHeld";
      readonly node: NodeId;
      readonly parameter: string;
      readonly imageId: string;
      /** Id of the source image whose copy is shown instead. */
      readonly showing: string;
    }
  | {
      readonly code: "RollbackStarted";
      readonly topology: string;
      readonly run: string;
      readonly rule: string;
      /** Ids of source images. */
      readonly heldBack: string;
      readonly showing: string;
    }
  | { readonly code: "RollbackEnded"; readonly rule: string; readonly heldBack: string }
  | {
      /** The replacement of a group's instances was started, or one that goes on was joined. */
      readonly code: "RefreshStarted";
      readonly group: string;
      /** The user's name of the account. */
      readonly account: string;
      readonly region: string;
      readonly refreshId: string;
      readonly imageId: string;
      readonly instances: number;
      readonly joined: boolean;
    }
  | {
      readonly code: "RefreshProgressed" | "RefreshEnded";
      readonly group: string;
      /** The user's name of the account. */
      readonly account: string;
      readonly region: string;
      readonly refresh: RefreshView;
    }
  | { readonly code: "ServiceLinkedRoleReady"; readonly account: string; readonly created: boolean }
  | { readonly code: "TaskFailed"; readonly task: string; readonly explanation: Explanation }
  | { readonly code: "TaskSkipped"; readonly task: string; readonly because: string }
  | { readonly code: "Interrupted" }
  | { readonly code: "RunFinished"; readonly run: string; readonly done: number; readonly failed: number };

export type EventCode = RunEvent["code"];
export type EventSink = (event: RunEvent) => void;
