import type { NodeId } from "../../../topology/ids";
import type { CopyNode } from "../../../topology";
import type { CopyQuota } from "../copy-quotas";
import type { Refusal } from "../errors";
import type { UnprovedCopy } from "./unproved-copy";

/** What `run` would do with one copy. `unknown`: its account or Region does not let itself be looked at. */
export type CopyAction = "unknown" | "copy" | "copy-again" | "wait" | "verify" | "remove" | "none";

/** A tag or attribute of a copy that stands, and what becomes of it. */
export interface PlannedChange {
  readonly resourceId: string;
  /** `tag team`, or the name of an attribute. */
  readonly what: string;
  readonly wanted: string;
  /** Absent: nothing is there. */
  readonly found?: string;
}

export interface PlannedCopy {
  readonly node: NodeId;
  readonly role: CopyNode["role"];
  /** 12 digits. */
  readonly account: string;
  readonly accountName: string;
  readonly region: string;
  readonly keyAlias: string;
  /** Whether it is made so that other accounts launch from it. @default false */
  readonly isShared?: boolean;
  readonly keyArn?: string;
  /** Image id, or the node whose copy it is made from. */
  readonly from: string;
  /** Where that stands. */
  readonly fromRegion: string;
  /** What stands now; absent: nothing. */
  readonly stands?: { readonly imageId: string; readonly state: string };
  /** What `run` would set on the copy that stands. */
  readonly sets: readonly PlannedChange[];
  /** What of the copy that stands is not as it should be and cannot be set; empty: nothing. */
  readonly differences: readonly string[];
  /** Older copies of the same place, of which the topology keeps so many and no more. */
  readonly retires: readonly string[];
  /** Copies of the same source under a former key, which the copy replaces and which stay. @default - there are none */
  readonly underFormerKey?: readonly string[];
  readonly action: CopyAction;
  /** Why nothing is known, where that is so: AWS's reason, in one line. */
  readonly unknown?: string;
  /** Data that this copy moves, wherever to; 0 where nothing is copied. */
  readonly dataGiB: number;
  /** Data that leaves a Region for this copy. */
  readonly crossRegionGiB: number;
  /** The parameter that would show this copy, and what it shows now; absent: it shows it already, or there is none. */
  readonly publishes?: { readonly parameter: string; readonly shows?: string };
  /** Id of the source image whose copies a rollback shows instead of this one; absent: nothing holds it back. */
  readonly heldBackFor?: string;
}

/** An account and Region that launches from an image of the source's account. */
export interface PlannedShare {
  readonly node: NodeId;
  /** 12 digits. */
  readonly account: string;
  readonly accountName: string;
  readonly region: string;
  /** The user's name of the account that shares. */
  readonly owner: string;
  /** Absent: a copy is made first. */
  readonly imageId?: string;
  /** Whether it is shared and published already. */
  readonly isDone: boolean;
  /** The parameter that would show the image, and what it shows now; absent: it shows it already, or there is none. */
  readonly publishes?: { readonly parameter: string; readonly shows?: string };
  /** Id of the source image that a rollback holds back; absent: nothing does. */
  readonly heldBackFor?: string;
}

/** What one action of a run does; `docs/ARCHITECTURE.md` tells how actions follow from each other. */
export type ActionName =
  | "ensure-service-linked-role"
  | "share-source"
  | "store-source"
  | "make-transit"
  | "share-transit"
  | "make-final"
  | "wait-for-other"
  | "retire"
  | "withdraw-source"
  | "end-transit"
  | "remove-stored"
  | "share-image"
  | "publish-share"
  | "withdraw-images";

/** An action that `run` would execute. */
export interface PlannedAction {
  /** Unique in a run. */
  readonly id: string;
  readonly do: ActionName;
  /** Where it is executed: 12 digits. */
  readonly account: string;
  /** @default - it concerns the whole account */
  readonly region?: string;
  /** Accounts (12 digits) that get a share. @default - nothing is shared */
  readonly with?: readonly string[];
  /**
   * Of `end-transit`: whether the copy is removed once everything made from it has succeeded; otherwise only its shares are
   * withdrawn, because copies that are not selected need it. @default - nothing is removed
   */
  readonly removes?: boolean;
  /** Ids of the actions that must have succeeded before. */
  readonly needs: readonly string[];
  /** Ids of the actions that must have ended before, whether they succeeded or failed. */
  readonly after: readonly string[];
}

export interface PlannedRule {
  readonly rule: string;
  readonly sourceImageId: string;
  readonly sourceImageName: string;
  /** 12 digits. */
  readonly sourceAccount: string;
  readonly sourceAccountName: string;
  readonly sourceRegion: string;
  /** Whether an unfinished run has pinned the image. */
  readonly pinned: boolean;
  /** When the run began that has pinned an image although there is a newer one, and which that is. */
  readonly outdated?: { readonly since: string; readonly imageId: string; readonly name: string };
  /** Why this way was chosen. */
  readonly because: string;
  /** Of the volumes. */
  readonly sizeGiB: number;
  /** Of what was ever written to the volumes, where EC2 says it; else of the volumes. */
  readonly dataGiB: number;
  /** The same of the largest volume. */
  readonly largestGiB: number;
  readonly snapshots: number;
  readonly copies: readonly PlannedCopy[];
  readonly shares: readonly PlannedShare[];
  /** Everything that `run` would execute for the rule, each action after those that it names. */
  readonly actions: readonly PlannedAction[];
  readonly publishTo?: string;
}

/** How many copies `run` would make, mend, leave and remove. */
export interface PlanCounts {
  /** Copies of which nothing is known, and which nothing else counts. */
  readonly unknown: number;
  /** Transit copies and copies made anew included. */
  readonly copy: number;
  /** How many of those exist only for the journey. */
  readonly transit: number;
  /** How many of those take the place of one that failed. */
  readonly again: number;
  readonly wait: number;
  /** Stand, and get what they lack. */
  readonly change: number;
  /** Stand, and are not as they should be in what cannot be set. */
  readonly differ: number;
  readonly stand: number;
  /** Transit copies that nothing needs any more, and copies older than the topology keeps. */
  readonly remove: number;
}

/** What crosses from one Region into another. */
export interface RegionPair {
  readonly from: string;
  readonly to: string;
  readonly copies: number;
  readonly gib: number;
}

/** How fast snapshots are copied. */
export interface CopyPace {
  /** Of one snapshot, in MiB/s. */
  readonly snapshotMiBps: number;
  /** Of all copies of one account from one Region into another together, in MiB/s. */
  readonly pairMiBps: number;
}

/** How long the copies would take at a given pace, with as many at once as the quotas let be. */
export interface Estimate extends CopyPace {
  readonly seconds: number;
}

/** What the copies ask of an account's quotas in a Region. */
export interface Pressure {
  /** 12 digits. */
  readonly account: string;
  readonly accountName: string;
  readonly region: string;
  readonly copies: number;
  readonly snapshots: number;
  /** How many of them may be in progress at once, and who says so. */
  readonly quota: CopyQuota;
  /** Copies that have to wait for one of the others. */
  readonly waiting: number;
}

export interface CostLine {
  readonly what: string;
  readonly kind: "once" | "monthly";
  readonly quantity: number;
  readonly unit: "GiB" | "GiB-months" | "requests";
  /** Of so many units. */
  readonly price: number;
  readonly per: 1 | 10_000;
  readonly amount: number;
  /** The user's name of the account that pays. */
  readonly paidBy: string;
}

/** What one copy that `run` would make costs, as far as there are prices. */
export interface CopyCost {
  readonly rule: string;
  readonly node: NodeId;
  readonly once: number;
  readonly monthly: number;
}

/** By the user's own prices alone. */
export interface Cost {
  readonly currency: string;
  readonly lines: readonly CostLine[];
  /** The same by copy, of those that `run` would make. */
  readonly copies: readonly CopyCost[];
  readonly once: number;
  readonly monthly: number;
  /** What the price table has no price for, one phrase each. */
  readonly unpriced: readonly string[];
}

/** A rule whose source does not let itself be looked at. */
export interface UnknownRule {
  readonly rule: string;
  /** Copy jobs of which therefore nothing is known. */
  readonly jobs: number;
  /** AWS's reason, in one line. */
  readonly because: string;
}

export interface Plan {
  readonly topology: string;
  readonly rules: readonly PlannedRule[];
  readonly unknown: readonly UnknownRule[];
  /** What may be copies of version 0.1, and is left alone because nothing proves it. */
  readonly unproved: readonly UnprovedCopy[];
  /** Why `run` would refuse to start; empty: it would start. */
  readonly refusals: readonly Refusal[];
  readonly counts: PlanCounts;
  readonly crossRegionGiB: number;
  readonly crossRegion: readonly RegionPair[];
  /** What shared transfers keep from crossing. */
  readonly savedGiB: number;
  /** Absent: nothing is copied. */
  readonly estimate?: Estimate;
  /** Places with copies to make, the fullest first. */
  readonly pressure: readonly Pressure[];
  /** Absent: there are no prices. */
  readonly cost?: Cost;
}
