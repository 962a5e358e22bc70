import { isKeyferryError, KeyferryError } from "../../core/errors";
import type { CopyNode, Place } from "../../topology";

/** Thrown when work stops because the user requested it; this is not an error. */
export function interrupted(): KeyferryError {
  return new KeyferryError("interrupted", {
    code: "Interrupted",
    source: "user",
    fix: "run the same command again",
  });
}

/** Whether work stopped early and the same command continues it: the user interrupted it, or its lease was lost. */
export function isInterrupted(error: unknown): boolean {
  return isKeyferryError(error) && (error.code === "Interrupted" || error.code === "LeaseLost");
}

/** One reason why a run must not start. */
export interface Refusal {
  /** What it is about: `web`, `web -> prod eu-central-1`, `account prod`. */
  readonly subject: string;
  readonly what: string;
  readonly fix?: string;
  /** The account whose administrator must act; 12 digits. */
  readonly account?: string;
}

/** A precondition does not hold. Contains all reasons; it is thrown before anything is written. */
export class PreflightRefused extends KeyferryError {
  constructor(readonly refusals: readonly Refusal[]) {
    super(`${refusals.length} precondition${refusals.length === 1 ? " does" : "s do"} not hold`, {
      code: "PreflightRefused",
      source: "user",
    });
  }
}

export interface FailedCopy {
  readonly node: CopyNode;
  readonly imageId: string;
  /** AWS's own words. */
  readonly reason: string;
  /** ARN of the key that the copy should have. */
  readonly keyArn: string;
  /** Its source, and the keys (ARNs) of the source. */
  readonly from: Place;
  readonly sourceKeyArns: readonly string[];
}

/** A copy that EC2 accepted and that ended `failed`. Contains what is needed to find out why. */
export class CopyFailedError extends KeyferryError {
  constructor(readonly copy: FailedCopy) {
    super(`the copy ${copy.imageId} failed: ${copy.reason}`, {
      code: "CopyFailed",
      source: "aws",
      account: copy.node.place.account.id,
    });
  }
}
