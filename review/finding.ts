import type { Cost } from "./read/planned-moves";
import type { Shown } from "./rights/lines";

/** `blocking` makes the review end with 1, `notice` is only told, `off` is not. */
export type Severity = "blocking" | "notice" | "off";

/** Data that the next run moves, in GiB. */
export interface DataMoved {
  readonly gib: number;
  /** What of it leaves a Region. */
  readonly crossRegionGiB: number;
}

/** What a rule has found. */
export interface Found {
  /** One sentence without a full stop: who gains or loses what, or what happens to which thing. */
  readonly message: string;
  /** The things it is about, as people call them. */
  readonly resources: readonly string[];
  /** 12-digit ids of the accounts whose things they are. */
  readonly accounts: readonly string[];
  /** Where it is declared: `foundation-keys-prod: aws_kms_key.home`. */
  readonly sources: readonly string[];
  readonly direction?: "gained" | "lost";
  readonly principal?: string;
  readonly actions?: readonly string[];
  /** The smallest requests that are decided differently. */
  readonly witnesses?: readonly Shown[];
  readonly before?: string;
  readonly after?: string;
  /** What is part of it, as people call it. */
  readonly including?: readonly string[];
  /** What the next run moves, by the plans of the copies. */
  readonly data?: { readonly before: DataMoved; readonly after: DataMoved };
  /** What that costs, by the prices of the plans. */
  readonly cost?: { readonly before: Cost; readonly after: Cost };
}

export interface Finding extends Found {
  readonly rule: string;
  readonly severity: "blocking" | "notice";
  /** Why it does not block although its rule does. */
  readonly exception?: string;
}
