import type { NodeId } from "../../topology/ids";
import type { RefreshView } from "../aws";
import type { Explanation } from "./explain/explanation";

/** The progress of a copy, for users. */
export interface CopyProgress {
  readonly state: string;
  /** 0 to 100, over all snapshots. */
  readonly percent: number;
  /** AWS's own words, if there are any. */
  readonly reason?: string;
}

/**
 * Everything that a run reports, as data. `code` and the fields are the contract; the texts are written elsewhere. The
 * engine never prints.
 */
export type RunEvent =
  | {
      readonly code: "RunStarted";
      readonly topology: string;
      readonly run: string;
      /** What the run is restricted to, as the user named it. */
      readonly only?: readonly string[];
    }
  /** The journal can no longer be written; the run continues without it. `reason`: the operating system's message. */
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
      /** The lease, its holder and its expiry. */
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
      /** An unfinished run pinned an image, and the rule would now carry another one, which waits for the next run. */
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
  /** Too many copies are in progress in the account and Region; the call is retried. */
  | { readonly code: "CopyRefused"; readonly node: NodeId; readonly reason: string }
  /** Another image is being stored in the account and Region, and AWS accepts no more at the moment; the call is retried. */
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
  /** For the object that is copied into the destination's bucket. `percent`: 0 to 100. */
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
  /** Objects and unfinished uploads that a rule's copies needed, as `bucket/key`. */
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
      /** An old copy, or a snapshot of one, that is still in use. */
      readonly code: "CopyKept";
      readonly node: NodeId;
      readonly imageId: string;
      /** `instance i-...`, `the parameter /images/web`. */
      readonly by: readonly string[];
    }
  | {
      /** A possible user of old copies in an account and Region cannot be read; all of them stay. */
      readonly code: "UseUnclear";
      /** `launch template theirs version 1, through the parameter /teams/base:3` */
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
      /** Whether only the image is shared, for launching; otherwise its snapshots are shared too, for copying. @default false */
      readonly toLaunch?: boolean;
    }
  | { readonly code: "ShareWithdrawn"; readonly resourceId: string; readonly accounts: readonly string[] }
  | {
      readonly code: "CopyCompleted";
      readonly node: NodeId;
      readonly imageId: string;
      /** What CopyImage did not copy: `tag team`, `deprecation time`. */
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
      /** A verified copy that is not published because of a rollback. */
      readonly code: "PublicationHeld";
      readonly node: NodeId;
      readonly parameter: string;
      readonly imageId: string;
      /** Id of the source image whose copy is published instead. */
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
      /** The replacement of a group's instances was started, or one in progress was joined. */
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
