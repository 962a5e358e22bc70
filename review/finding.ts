import type { Cost } from "./read/planned-moves";
import type { Shown } from "./rights/lines";

/** `blocking` makes the review end with 1, `notice` is only reported, `off` is not reported. */
export type Severity = "blocking" | "notice" | "off";

/** Data that the next run moves, in GiB. */
export interface DataMoved {
  readonly gib: number;
  /** The part of it that leaves a Region. */
  readonly crossRegionGiB: number;
}

/** One finding of a rule. */
export interface Found {
  /** One sentence without a full stop: who gains or loses what, or what happens to which resource. */
  readonly message: string;
  /** Display names of the resources that it is about. */
  readonly resources: readonly string[];
  /** 12-digit ids of the accounts that own them. */
  readonly accounts: readonly string[];
  /** Where they are declared: `foundation-keys-prod: aws_kms_key.home`. */
  readonly sources: readonly string[];
  readonly direction?: "gained" | "lost";
  readonly principal?: string;
  readonly actions?: readonly string[];
  /** The smallest requests whose decisions differ. */
  readonly witnesses?: readonly Shown[];
  readonly before?: string;
  readonly after?: string;
  /** Display names of what it includes. */
  readonly including?: readonly string[];
  /** Data that the next run moves, by the plans of the copies. */
  readonly data?: { readonly before: DataMoved; readonly after: DataMoved };
  /** Its cost, by the prices of the plans. */
  readonly cost?: { readonly before: Cost; readonly after: Cost };
}

export interface Finding extends Found {
  readonly rule: string;
  readonly severity: "blocking" | "notice";
  /** Why the finding does not block although its rule does. */
  readonly exception?: string;
}
