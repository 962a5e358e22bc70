import type { CopyNode } from "../../topology";
import type { SnapshotView } from "../aws";
import type { CopyProgress } from "./events";

/** A copy of any kind, as the engine sees it. */
export interface CopyView {
  readonly id: string;
  /** The name that users know. */
  readonly name: string;
  /** AWS's own word: `pending`, `available`, `failed`, ... */
  readonly state: string;
  /** AWS's own words on the state. */
  readonly stateReason?: string;
  /** ISO 8601. */
  readonly creationDate: string;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * How a copy has ended. `dead`: it failed and never becomes available; `disabled`: a user disabled it, and only a user can enable it
 * again; `gone`: it was deleted, and AWS still returns it for a while.
 */
export type CopyFate = "available" | "dead" | "disabled" | "gone";

/** A copy with its snapshots, as AWS returns them. */
export interface ShownCopy<R extends CopyView = CopyView> {
  readonly copy: R;
  readonly snapshots: readonly SnapshotView[];
}

/** The result of one check of a pending copy. */
export interface SeenCopy<R extends CopyView = CopyView> extends ShownCopy<R> {
  /** @default - it is in progress */
  readonly fate?: CopyFate;
  /** @default - it was not requested, or the copy has ended */
  readonly progress?: CopyProgress;
}

/** Reads the pending copies of one account and Region in as few calls as possible. */
export interface CopyWatcher<R extends CopyView = CopyView> {
  /**
   * @param ids of copies
   * @param wantsProgress whether the progress of a copy is needed now
   * @returns those that AWS returns
   */
  look(
    ids: readonly string[],
    wantsProgress: (id: string) => boolean,
  ): Promise<ReadonlyMap<string, SeenCopy<R>>>;
}

/**
 * Whether a run made a resource that has Keyferry's tags, by AWS's own record. `unclear`: version 0.1 made it, or someone copied it from
 * a copy of version 0.1; its name decides.
 */
export type Proof = "ours" | "others" | "unclear";

/** Resources with the tags of a node's copies. */
export interface ClaimedCopies<R extends CopyView = CopyView> {
  /** Copies that runs made. */
  readonly ours: readonly R[];
  /** Copies that someone else made from Keyferry's copies, with their tags: they must not be touched. */
  readonly others: readonly R[];
  /** Others that version 0.1 may have made: their source image no longer exists, so their name proves nothing. */
  readonly unproved: readonly R[];
}

/** The place where a copy is made. */
export type NodePlace = Pick<CopyNode, "id" | "place">;
