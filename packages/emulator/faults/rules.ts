/** Faults that the administrator of the rehearsal cloud injects, as data. */

/** The calls that a fault applies to; a field that is left out matches everything. */
export interface FaultScope {
  /** Signing name: `ec2`, `kms`. */
  readonly service?: string;
  readonly operation?: string;
  /** 12 digits: the caller's account. */
  readonly account?: string;
  readonly region?: string;
}

/** How often a fault strikes among the calls in its scope. @default every one */
export interface FaultRate {
  /** Above 0, up to 1; spread evenly, so that a run can be repeated. */
  readonly share?: number;
  /** Only this call, counted from 1. */
  readonly nth?: number;
  /** At most this many strikes. */
  readonly times?: number;
}

export type FaultEffect =
  /** The service's own throttling error. */
  | { readonly kind: "throttle" }
  /** The connection is cut: before the operation runs, or after it ran, so that the caller never receives the response. */
  | { readonly kind: "reset"; readonly when?: "before" | "after" }
  /** The response is delayed by this many wall seconds. */
  | { readonly kind: "slow"; readonly seconds: number }
  /** S3's background work, `ReplicateObject`, starts this many cloud seconds later. */
  | { readonly kind: "late"; readonly seconds: number }
  | { readonly kind: "fail"; readonly code: string; readonly message?: string; readonly status?: number }
  /**
   * The action (`kms:CreateGrant`) is denied, also where a service calls on the caller's behalf: this makes the nth
   * copy fail in the background.
   */
  | { readonly kind: "deny"; readonly action: string };

export type FaultRule = FaultScope & FaultRate & { readonly effect: FaultEffect };

/** How services report that calls come too fast. Sources: the services' API references, "Common errors", "Throttling". */
export const THROTTLING: Readonly<Record<string, readonly [code: string, message: string, status: number]>> =
  {
    ec2: ["RequestLimitExceeded", "Request limit exceeded.", 503],
    s3: ["SlowDown", "Please reduce your request rate.", 503],
    iam: ["Throttling", "Rate exceeded", 400],
    sts: ["Throttling", "Rate exceeded", 400],
    autoscaling: ["Throttling", "Rate exceeded", 400],
    rds: ["Throttling", "Rate exceeded", 400],
  };

/** For the services with a JSON protocol. */
export const JSON_THROTTLING = ["ThrottlingException", "Rate exceeded", 400] as const;
