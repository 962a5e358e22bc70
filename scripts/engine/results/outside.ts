import type { KeyStatus } from "./keys";

/** What a thing is that exists outside the topology. */
export type OutsideKind = "copy" | "transit-copy" | "snapshot" | "parameter" | "share";

/** Something of ours that no rule and no destination of the topology explains any more. It is never removed unasked. */
export interface OutsideItem {
  readonly kind: OutsideKind;
  /** Id of the image or snapshot, or name of the parameter. */
  readonly id: string;
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
  /** Why it is outside. */
  readonly because: string;
}

/** A place that could not be read. */
export interface Unseen {
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
  /** AWS's own words, in one line. */
  readonly reason: string;
}

/** Everything of the topology's past that still exists. */
export interface Outside {
  readonly items: readonly OutsideItem[];
  /** Keys whose place has left the topology, with what exists under them. */
  readonly keys: readonly KeyStatus[];
  readonly unseen: readonly Unseen[];
}
