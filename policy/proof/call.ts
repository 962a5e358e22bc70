import { formatArn, roleArn } from "../../core/arn";
import type { AccessRequest, ContextValue, RequestPrincipal } from "../evaluate/types";
import type { Basis } from "../row";

/** One thing that AWS checks while a copy job is carried, with the context that it really has. */
export interface ProofCall {
  /** Unique: who, what, on what, and when. */
  readonly id: string;
  readonly request: AccessRequest;
  /** `enforced`: refused without it. `documented`: AWS's documents ask for it. */
  readonly basis: Basis;
  /** When it is made, for people: `the copy of an image`. */
  readonly when: string;
  /** Condition keys that the policies must insist on: with another value, or none, the same call must be refused. */
  readonly pins: readonly string[];
  /** Whether the resource lets everybody of its account do the same, so that nobody there must be refused. @default false */
  readonly openToAccount?: boolean;
}

/** Who calls, and in which Region. */
export interface Caller {
  readonly principal: RequestPrincipal;
  readonly partition: string;
  readonly region: string;
}

export interface CallDetails {
  readonly context?: Readonly<Record<string, ContextValue>>;
  /** @default "enforced" */
  readonly basis?: Basis;
  /** @default [] */
  readonly pins?: readonly string[];
  /** 12-digit id. @default - the caller's account */
  readonly resourceAccount?: string;
}

/** A call with what AWS puts into every request. */
export function callOf(
  { principal, region }: Caller,
  when: string,
  action: string,
  resource: string,
  { context = {}, basis = "enforced", pins = [], resourceAccount = principal.account }: CallDetails = {},
): ProofCall {
  return {
    id: `${principal.arn} ${action} ${resource} in ${region}: ${when}`,
    request: {
      action,
      resource,
      resourceAccount,
      principal,
      context: { "aws:RequestedRegion": region, "aws:SecureTransport": "true", ...context },
    },
    basis,
    when,
    pins,
  };
}

/** A session of a role. `path` starts and ends with a slash. @default path "/" */
export function sessionOf(partition: string, account: string, role: string, path = "/"): RequestPrincipal {
  const resource = `assumed-role/${role}/keyferry`;
  return {
    kind: "assumed-role",
    account,
    arn: formatArn({ partition, service: "sts", region: "", account, resource }),
    roleArn: roleArn(partition, account, role, path),
  };
}

/** The service-linked role under which an account's Auto Scaling groups launch instances. */
export function autoScalingSession(partition: string, account: string): RequestPrincipal {
  return sessionOf(
    partition,
    account,
    "AWSServiceRoleForAutoScaling",
    "/aws-service-role/autoscaling.amazonaws.com/",
  );
}

/** Name of a role of the account that stands for everybody there; no identity policy speaks of it. */
const ANYBODY = "keyferry-ANYBODY";

/** A session of some role of the account, to which IAM allows nothing on keys. */
export function anybodyOf(partition: string, account: string): RequestPrincipal {
  return sessionOf(partition, account, ANYBODY);
}

export function isAnybody(principal: RequestPrincipal): boolean {
  return principal.roleArn?.endsWith(`/${ANYBODY}`) === true;
}
