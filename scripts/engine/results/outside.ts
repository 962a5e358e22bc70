import type { KeyStatus } from "./keys";

/** The kind of a resource that exists outside the topology. */
export type OutsideKind = "copy" | "transit-copy" | "snapshot" | "parameter" | "share";

/** A resource of Keyferry that no rule or destination of the topology explains any more. It is never removed automatically. */
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

/** Everything that still exists from earlier versions of the topology. */
export interface Outside {
  readonly items: readonly OutsideItem[];
  /** Keys whose place left the topology, with what exists under them. */
  readonly keys: readonly KeyStatus[];
  readonly unseen: readonly Unseen[];
}
