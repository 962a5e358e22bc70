import { isKeyferryError, KeyferryError } from "../../core/errors";
import type { CopyNode, Place } from "../../topology";

/** Thrown where work stops because the user asked for it; nothing is wrong. */
export function interrupted(): KeyferryError {
  return new KeyferryError("interrupted", {
    code: "Interrupted",
    source: "user",
    fix: "run the same command again",
  });
}

/** Whether work has stopped before its end, and the same command goes on with it: by the user, or because its lease is lost. */
export function isInterrupted(error: unknown): boolean {
  return isKeyferryError(error) && (error.code === "Interrupted" || error.code === "LeaseLost");
}

/** One reason why a run must not start. */
export interface Refusal {
  /** What it is about: `web`, `web -> prod eu-central-1`, `account prod`. */
  readonly subject: string;
  readonly what: string;
  readonly fix?: string;
  /** 12 digits; whose administrator must act. */
  readonly account?: string;
}

/** A precondition does not hold. Carries all reasons at once; nothing has been written when it is thrown. */
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
  /** ARN of the key under which the copy should have ended. */
  readonly keyArn: string;
  /** Where it was copied from, and under which keys (ARNs) that was. */
  readonly from: Place;
  readonly sourceKeyArns: readonly string[];
}

/** A copy that EC2 had accepted, and that ended `failed`. Holds what is needed to find out why. */
export class CopyFailedError extends KeyferryError {
  constructor(readonly copy: FailedCopy) {
    super(`the copy ${copy.imageId} failed: ${copy.reason}`, {
      code: "CopyFailed",
      source: "aws",
      account: copy.node.place.account.id,
    });
  }
}
