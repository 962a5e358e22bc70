/**
 * Object Lock of a version: what protects it, and from which callers. Source: S3 user guide, "Locking objects with
 * Object Lock".
 */
import type { Call, Caller, Clock, Cloud } from "../../../contract";
import { AwsError } from "../../../contract";
import { objectCheck } from "../access";
import type { Bucket, ObjectNote } from "../state";

export const MODES = ["GOVERNANCE", "COMPLIANCE"] as const;
export type Mode = (typeof MODES)[number];

/** How long a version is protected. */
export interface Retention {
  readonly mode: Mode;
  /** ISO 8601. */
  readonly until: string;
}

/** The bucket's default for new versions without their own retention. */
export interface DefaultRetention {
  readonly mode: Mode;
  readonly days: number;
}

/** The lock of a version. */
export type Lock = Pick<ObjectNote, "retention" | "legalHold">;

export const MISSING_CONFIGURATION = "Bucket is missing Object Lock Configuration";

/**
 * The lock that a call requests for a new object.
 * @throws AwsError `InvalidRequest` in a bucket without Object Lock, `InvalidArgument` for half of a retention
 */
export function askedLock({ input }: Call, bucket: Bucket, clock: Clock): Lock {
  const mode = input["ObjectLockMode"];
  const until = input["ObjectLockRetainUntilDate"];
  const hold = input["ObjectLockLegalHoldStatus"];
  if (mode === undefined && until === undefined && hold === undefined) return {};
  if (bucket.objectLock === undefined) throw new AwsError("InvalidRequest", MISSING_CONFIGURATION);
  if ((mode === undefined) !== (until === undefined))
    throw invalidArgument(
      "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied",
    );
  return {
    ...(mode === undefined ? {} : { retention: readRetention(String(mode), String(until), clock) }),
    ...(hold === "ON" ? { legalHold: true } : {}),
  };
}

/** @throws AwsError `InvalidArgument` for an unknown mode, and for a time in the past */
export function readRetention(mode: string, until: string, clock: Clock): Retention {
  if (mode !== "GOVERNANCE" && mode !== "COMPLIANCE") throw invalidArgument("Unknown wormMode directive.");
  const time = Date.parse(until);
  if (Number.isNaN(time)) throw invalidArgument("The retain until date must be provided in ISO 8601 format");
  if (time <= clock.now().getTime()) throw invalidArgument("The retain until date must be in the future!");
  return { mode, until: new Date(time).toISOString() };
}

/** The lock of a new version: its own, or the bucket's default. */
export function lockOfNew({ objectLock }: Bucket, own: Lock, clock: Clock): Lock {
  const { retention, legalHold } = own;
  const byDefault = objectLock?.retention;
  if (retention !== undefined || byDefault === undefined) return { retention, legalHold };
  const until = new Date(clock.now().getTime() + byDefault.days * 86_400_000).toISOString();
  return { retention: { mode: byDefault.mode, until }, legalHold };
}

/** Whether anything protects a version now. */
export function isLocked({ retention, legalHold }: Lock, clock: Clock): boolean {
  return legalHold === true || isRetained(retention, clock);
}

/** Whether the caller may permanently delete a version, or weaken its retention. */
export async function mayOverride(
  cloud: Pick<Cloud, "clock" | "decide">,
  call: Pick<Call, "caller" | "input">,
  bucket: Bucket,
  key: string,
  { retention, legalHold }: Lock,
): Promise<boolean> {
  if (legalHold === true) return false;
  if (retention === undefined || !isRetained(retention, cloud.clock)) return true;
  if (retention.mode === "COMPLIANCE" || call.input["BypassGovernanceRetention"] !== "true") return false;
  return mayBypass(cloud, call.caller, bucket, key);
}

/** @throws AwsError `AccessDenied` */
export function objectProtected(): AwsError {
  return new AwsError("AccessDenied", "Access Denied because object protected by object lock.", 403);
}

/** Headers of a version that describe its lock. */
export function lockHeaders({ retention, legalHold }: Lock): Readonly<Record<string, string>> {
  return {
    ...(retention === undefined
      ? {}
      : {
          "x-amz-object-lock-mode": retention.mode,
          "x-amz-object-lock-retain-until-date": retention.until,
        }),
    ...(legalHold === undefined ? {} : { "x-amz-object-lock-legal-hold": legalHold ? "ON" : "OFF" }),
  };
}

function isRetained(retention: Retention | undefined, clock: Clock): boolean {
  return retention !== undefined && Date.parse(retention.until) > clock.now().getTime();
}

async function mayBypass(
  cloud: Pick<Cloud, "decide">,
  caller: Caller,
  bucket: Bucket,
  key: string,
): Promise<boolean> {
  const check = objectCheck(bucket, caller, "BypassGovernanceRetention", key);
  return (await cloud.decide(caller, check)).allowed;
}

function invalidArgument(message: string): AwsError {
  return new AwsError("InvalidArgument", message);
}
