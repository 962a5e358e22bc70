import type { CopyNode } from "../../../topology";
import type { Refusal } from "../errors";

/** What `run` would do with one copy. */
export type Action = "copy" | "copy-again" | "wait" | "verify" | "none";

export interface PlannedCopy {
  readonly node: string;
  readonly role: CopyNode["role"];
  readonly account: string;
  readonly accountName: string;
  readonly region: string;
  readonly keyAlias: string;
  readonly keyArn?: string;
  /** Image id, or the node whose copy it is made from. */
  readonly from: string;
  /** What stands now; absent: nothing. */
  readonly stands?: { readonly imageId: string; readonly state: string };
  readonly action: Action;
  /** Data that leaves a Region for this copy. */
  readonly crossRegionGiB: number;
}

export interface PlannedRule {
  readonly rule: string;
  readonly sourceImageId: string;
  readonly sourceImageName: string;
  readonly sourceAccount: string;
  readonly sourceRegion: string;
  /** Whether an unfinished run has pinned the image. */
  readonly pinned: boolean;
  /** Why this way was chosen. */
  readonly because: string;
  readonly sizeGiB: number;
  readonly copies: readonly PlannedCopy[];
  readonly publishTo?: string;
}

export interface Plan {
  readonly topology: string;
  readonly rules: readonly PlannedRule[];
  /** Why `run` would refuse to start; empty: it would start. */
  readonly refusals: readonly Refusal[];
  readonly crossRegionGiB: number;
}
