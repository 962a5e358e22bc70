import type { KeyUseKind, KeyUserType } from "../../aws";
import type { Refusal } from "../errors";

/** An image or snapshot under a former key, and its state. */
export interface RekeyedThing {
  readonly kind: "image" | "snapshot";
  readonly id: string;
  /** Name of an image. */
  readonly name?: string;
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
  /** The most data that a copy moves, for all its volumes. */
  readonly bytes: number;
  /** `to-copy`, `copying`, or `replaced`: there is a copy of it under the current key. */
  readonly state: "to-copy" | "copying" | "replaced";
  /** Id of that copy. */
  readonly replacement?: string;
}

/** A user of a former key that its owner must move. */
export interface OwnersTask {
  readonly account: string;
  readonly region: string;
  readonly type: KeyUserType;
  readonly id: string;
  /** For display: `volume vol-..., attached to i-...` */
  readonly what: string;
  readonly sizeGiB?: number;
  /** What to do, and what it means. */
  readonly how: string;
  /** AWS CLI commands, in order; replace upper-case words. */
  readonly commands: readonly string[];
}

/** What could not be read. */
export interface UnseenUsers {
  readonly account: string;
  readonly region: string;
  readonly kind: KeyUseKind | "images-and-snapshots";
  /** AWS's own reason. */
  readonly reason: string;
  readonly fix: string;
}

/** Counts and bytes of what is to be copied, or was copied. */
export interface RekeySums {
  readonly images: number;
  readonly snapshots: number;
  readonly bytes: number;
}

/** A campaign that moves everything from the former generations of a key to the current one. */
export interface RekeyReport {
  readonly topology: string;
  /** `ACCOUNT/REGION/NAME@N` of each current key, with its ARN. */
  readonly to: readonly { readonly name: string; readonly arn: string }[];
  /** The former generations. */
  readonly from: readonly { readonly name: string; readonly arn: string }[];
  readonly dryRun: boolean;
  /** Images and snapshots that are under a former key and are copied by this command. */
  readonly things: readonly RekeyedThing[];
  readonly toCopy: RekeySums;
  readonly replaced: RekeySums;
  /** What was changed, in order. */
  readonly done: readonly string[];
  /** What the owners must do. */
  readonly owners: readonly OwnersTask[];
  readonly unseen: readonly UnseenUsers[];
  /** What failed, in AWS's words, with the fix. */
  readonly failures: readonly Refusal[];
  /** Why nothing was started. */
  readonly refusals: readonly Refusal[];
}
