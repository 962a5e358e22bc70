import type { NodeId } from "../../../topology/ids";
import type { CopyNode } from "../../../topology";
import type { CopyQuota } from "../copy-quotas";
import type { Refusal } from "../errors";
import type { UnprovedCopy } from "./unproved-copy";

/** What `run` would do with one copy. `unknown`: its account or Region cannot be read. */
export type CopyAction = "unknown" | "copy" | "copy-again" | "wait" | "verify" | "remove" | "none";

/** A tag or attribute of an existing copy, and its new value. */
export interface PlannedChange {
  readonly resourceId: string;
  /** `tag team`, or the name of an attribute. */
  readonly what: string;
  readonly wanted: string;
  /** Absent: there is no value. */
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
  /** Whether it is made for other accounts to launch from it. @default false */
  readonly isShared?: boolean;
  readonly keyArn?: string;
  /** Image id, or the node whose copy it is made from. */
  readonly from: string;
  /** The place of the source. */
  readonly fromRegion: string;
  /** The existing copy; absent: there is none. */
  readonly stands?: { readonly imageId: string; readonly state: string };
  /** What `run` would set on the existing copy. */
  readonly sets: readonly PlannedChange[];
  /** Problems of the existing copy that cannot be repaired; empty: none. */
  readonly differences: readonly string[];
  /** Older copies in the same place, beyond the number that the topology keeps. */
  readonly retires: readonly string[];
  /** Copies of the same source under a former key, which this copy replaces and which stay. @default - there are none */
  readonly underFormerKey?: readonly string[];
  readonly action: CopyAction;
  /** Why nothing is known, if so: AWS's reason, in one line. */
  readonly unknown?: string;
  /** Data that this copy moves, to any place; 0 if nothing is copied. */
  readonly dataGiB: number;
  /** Data that leaves a Region for this copy. */
  readonly crossRegionGiB: number;
  /** The parameter that would show this copy, and its current value; absent: it shows the copy already, or there is none. */
  readonly publishes?: { readonly parameter: string; readonly shows?: string };
  /** Id of the source image whose copies a rollback publishes instead of this one; absent: there is no rollback. */
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
  /** The parameter that would show the image, and its current value; absent: it shows the image already, or there is none. */
  readonly publishes?: { readonly parameter: string; readonly shows?: string };
  /** Id of the source image that a rollback holds back; absent: there is no rollback. */
  readonly heldBackFor?: string;
}

/** What one action of a run does; `docs/ARCHITECTURE.md` describes how actions depend on each other. */
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
  /** The account in which it is executed: 12 digits. */
  readonly account: string;
  /** @default - it concerns the whole account */
  readonly region?: string;
  /** Accounts (12 digits) that the share is for. @default - nothing is shared */
  readonly with?: readonly string[];
  /**
   * For `end-transit`: whether the copy is removed once everything made from it has succeeded; otherwise only its shares are
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
  /** When the run started that pinned an image although there is a newer one, and the newer one. */
  readonly outdated?: { readonly since: string; readonly imageId: string; readonly name: string };
  /** Why this path was chosen. */
  readonly because: string;
  /** Size of the volumes. */
  readonly sizeGiB: number;
  /** Size of the blocks ever written to the volumes, if EC2 reports it; otherwise of the volumes. */
  readonly dataGiB: number;
  /** The same for the largest volume. */
  readonly largestGiB: number;
  readonly snapshots: number;
  readonly copies: readonly PlannedCopy[];
  readonly shares: readonly PlannedShare[];
  /** Everything that `run` would execute for the rule, each action after the ones that it names. */
  readonly actions: readonly PlannedAction[];
  readonly publishTo?: string;
}

/** How many copies `run` would make, repair, keep and remove. */
export interface PlanCounts {
  /** Copies that could not be read, and that no other number includes. */
  readonly unknown: number;
  /** Including transit copies and replaced copies. */
  readonly copy: number;
  /** How many of those are transit copies. */
  readonly transit: number;
  /** How many of those replace a failed one. */
  readonly again: number;
  readonly wait: number;
  /** Existing copies that get missing settings. */
  readonly change: number;
  /** Existing copies with problems that cannot be repaired. */
  readonly differ: number;
  readonly stand: number;
  /** Transit copies that are no longer needed, and copies older than the topology keeps. */
  readonly remove: number;
}

/** The data that is transferred between Regions. */
export interface RegionPair {
  readonly from: string;
  readonly to: string;
  readonly copies: number;
  readonly gib: number;
}

/** How fast snapshots are copied. */
export interface CopyPace {
  /** For one snapshot, in MiB/s. */
  readonly snapshotMiBps: number;
  /** For all copies of one account from one Region into another together, in MiB/s. */
  readonly pairMiBps: number;
}

/** How long the copies would take at a given pace, with as many at the same time as the quotas allow. */
export interface Estimate extends CopyPace {
  readonly seconds: number;
}

/** What the copies need of an account's quotas in a Region. */
export interface Pressure {
  /** 12 digits. */
  readonly account: string;
  readonly accountName: string;
  readonly region: string;
  readonly copies: number;
  readonly snapshots: number;
  /** How many of them may be in progress at the same time, and the source of this number. */
  readonly quota: CopyQuota;
  /** Copies that have to wait for one of the others. */
  readonly waiting: number;
}

export interface CostLine {
  readonly what: string;
  readonly kind: "once" | "monthly";
  readonly quantity: number;
  readonly unit: "GiB" | "GiB-months" | "requests";
  /** The number of units. */
  readonly price: number;
  readonly per: 1 | 10_000;
  readonly amount: number;
  /** The user's name of the account that pays. */
  readonly paidBy: string;
}

/** The cost of one copy that `run` would make, as far as prices exist. */
export interface CopyCost {
  readonly rule: string;
  readonly node: NodeId;
  readonly once: number;
  readonly monthly: number;
}

/** Calculated only from the user's own prices. */
export interface Cost {
  readonly currency: string;
  readonly lines: readonly CostLine[];
  /** The same by copy, for the copies that `run` would make. */
  readonly copies: readonly CopyCost[];
  readonly once: number;
  readonly monthly: number;
  /** Items without a price in the price table, one phrase each. */
  readonly unpriced: readonly string[];
}

/** A rule whose source cannot be read. */
export interface UnknownRule {
  readonly rule: string;
  /** Its copy jobs, about which nothing is known. */
  readonly jobs: number;
  /** AWS's reason, in one line. */
  readonly because: string;
}

export interface Plan {
  readonly topology: string;
  readonly rules: readonly PlannedRule[];
  readonly unknown: readonly UnknownRule[];
  /** Possible copies of version 0.1, which are not touched because nothing proves it. */
  readonly unproved: readonly UnprovedCopy[];
  /** Why `run` would refuse to start; empty: it would start. */
  readonly refusals: readonly Refusal[];
  readonly counts: PlanCounts;
  readonly crossRegionGiB: number;
  readonly crossRegion: readonly RegionPair[];
  /** The data that shared transfers save. */
  readonly savedGiB: number;
  /** Absent: nothing is copied. */
  readonly estimate?: Estimate;
  /** Places with copies to make, the fullest first. */
  readonly pressure: readonly Pressure[];
  /** Absent: there are no prices. */
  readonly cost?: Cost;
}
