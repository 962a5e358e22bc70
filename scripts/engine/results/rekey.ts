import type { KeyUseKind, KeyUserType } from "../../aws";
import type { Refusal } from "../errors";

/** An image or snapshot under a former key, and what is to become of it. */
export interface RekeyedThing {
  readonly kind: "image" | "snapshot";
  readonly id: string;
  /** Of an image. */
  readonly name?: string;
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
  /** What a copy moves at most, of all its volumes. */
  readonly bytes: number;
  /** `to-copy`, `copying`, or `replaced`: there is a copy of it under the present key. */
  readonly state: "to-copy" | "copying" | "replaced";
  /** Id of that copy. */
  readonly replacement?: string;
}

/** What uses a former key and is its owner's to move. */
export interface OwnersTask {
  readonly account: string;
  readonly region: string;
  readonly type: KeyUserType;
  readonly id: string;
  /** For people: `volume vol-..., attached to i-...` */
  readonly what: string;
  readonly sizeGiB?: number;
  /** What there is to do, and what it means. */
  readonly how: string;
  /** AWS CLI, in order; upper-case words are to be filled in. */
  readonly commands: readonly string[];
}

/** What could not be looked at. */
export interface UnseenUsers {
  readonly account: string;
  readonly region: string;
  readonly kind: KeyUseKind | "images-and-snapshots";
  /** AWS's own reason. */
  readonly reason: string;
  readonly fix: string;
}

/** Counts and bytes of what is to be copied, or has been. */
export interface RekeySums {
  readonly images: number;
  readonly snapshots: number;
  readonly bytes: number;
}

/** A campaign that moves everything from the former generations of a key to the present one. */
export interface RekeyReport {
  readonly topology: string;
  /** `ACCOUNT/REGION/NAME@N` of each present key, with its ARN. */
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
  /** What is for others to do. */
  readonly owners: readonly OwnersTask[];
  readonly unseen: readonly UnseenUsers[];
  /** What failed, in AWS's words, with what mends it. */
  readonly failures: readonly Refusal[];
  /** Why nothing was begun. */
  readonly refusals: readonly Refusal[];
}
