import type { CopyNode } from "../../topology";
import type { SnapshotView } from "../aws";
import type { CopyProgress } from "./events";

/** A copy as the engine sees it, whatever it is a copy of. */
export interface CopyView {
  readonly id: string;
  /** By which people know it. */
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
 * How a copy has ended. `dead`: no copy comes of it any more; `disabled`: somebody has disabled it, and nothing will change that but
 * their enabling it; `gone`: it was removed, and AWS still shows it for a while.
 */
export type CopyFate = "available" | "dead" | "disabled" | "gone";

/** A copy with its snapshots, as AWS shows them. */
export interface ShownCopy<R extends CopyView = CopyView> {
  readonly copy: R;
  readonly snapshots: readonly SnapshotView[];
}

/** What one check shows of a copy that is waited for. */
export interface SeenCopy<R extends CopyView = CopyView> extends ShownCopy<R> {
  /** @default - it is in progress */
  readonly fate?: CopyFate;
  /** @default - it was not asked for, or the copy has ended */
  readonly progress?: CopyProgress;
}

/** Reads the copies that are waited for in one account and Region, in as few calls as possible. */
export interface CopyWatcher<R extends CopyView = CopyView> {
  /**
   * @param ids of copies
   * @param wantsProgress whether the progress of a copy is needed now
   * @returns those that AWS knows
   */
  look(
    ids: readonly string[],
    wantsProgress: (id: string) => boolean,
  ): Promise<ReadonlyMap<string, SeenCopy<R>>>;
}

/**
 * Whether a run has made what carries our tags, by AWS's own record. `unclear`: version 0.1 made it, or somebody copied it from
 * what version 0.1 made; its name decides.
 */
export type Proof = "ours" | "others" | "unclear";

/** What carries the tags of a node's copies. */
export interface ClaimedCopies<R extends CopyView = CopyView> {
  /** What runs have made. */
  readonly ours: readonly R[];
  /** What somebody else has made, and must be left alone: copies of our copies, with their tags. */
  readonly others: readonly R[];
  /** Of the others what version 0.1 may have made: their source image is gone, and their name proves nothing any more. */
  readonly unproved: readonly R[];
}

/** Where a copy is made. */
export type NodePlace = Pick<CopyNode, "id" | "place">;
