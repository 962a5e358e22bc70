import { byValue, formatArn, roleArn } from "@keyferry/common";
import type { AccessRequest, ContextValue, RequestPrincipal } from "@keyferry/evaluator";
import type { Basis } from "../row";

/** One permission check that AWS makes during a copy job, with its real request context. */
export interface ProofCall {
  readonly request: AccessRequest;
  /** `enforced`: refused without it. `documented`: AWS documents it as required. */
  readonly basis: Basis;
  /** When the call is made, for people: `the copy of an image`. */
  readonly when: string;
  /** Condition keys that the policies must require: with another value, or without one, the same call must be refused. */
  readonly pins: readonly string[];
  /** Whether the resource allows every principal of its account to do the same, so that no principal there must be refused. @default false */
  readonly openToAccount?: boolean;
}

/** The caller and the Region of a call. */
export interface Caller {
  readonly principal: RequestPrincipal;
  readonly partition: string;
  readonly region: string;
}

/** A call without its caller and resource. The same call on other resources shares the context. */
export interface Question {
  readonly action: string;
  readonly when: string;
  readonly basis: Basis;
  readonly pins: readonly string[];
  readonly context: AccessRequest["context"];
}

export interface QuestionDetails {
  readonly context?: Readonly<Record<string, ContextValue>>;
  /** @default "enforced" */
  readonly basis?: Basis;
  /** @default [] */
  readonly pins?: readonly string[];
}

export interface CallDetails extends QuestionDetails {
  /** 12-digit id. @default - the caller's account */
  readonly resourceAccount?: string;
}

const NO_PINS: readonly string[] = [];

/** A question in a Region, with the condition keys that AWS adds to every request. */
export function questionOf(
  region: string,
  when: string,
  action: string,
  { context, basis = "enforced", pins = NO_PINS }: QuestionDetails = {},
): Question {
  return {
    action,
    when,
    basis,
    pins: listed(pins),
    context: context === undefined ? carriedIn(region) : { ...carriedIn(region), ...context },
  };
}

/** The condition keys that AWS adds to every request in a Region. One object per Region, so that equal questions in many accounts are recognised. */
const carriedIn = byValue((region: string): AccessRequest["context"] => ({
  "aws:RequestedRegion": region,
  "aws:SecureTransport": "true",
}));

/** One object for equal lists. */
const listed = byValue(
  (pins: readonly string[]) => pins,
  (pins) => pins.join(),
);

/** @param resourceAccount 12-digit id. @default - the caller's account */
export function asks(
  principal: RequestPrincipal,
  { action, when, basis, pins, context }: Question,
  resource: string,
  resourceAccount: string = principal.account,
): ProofCall {
  return { request: { action, resource, resourceAccount, principal, context }, basis, when, pins };
}

/** A call that is made once. */
export function callOf(
  { principal, region }: Caller,
  when: string,
  action: string,
  resource: string,
  { resourceAccount, ...details }: CallDetails = {},
): ProofCall {
  return asks(principal, questionOf(region, when, action, details), resource, resourceAccount);
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

/** Name of a role that represents any principal of the account; it has no identity policy. */
const ANYBODY = "keyferry-ANYBODY";

/** A session of any role of the account, to which IAM allows nothing on keys. */
export function anybodyOf(partition: string, account: string): RequestPrincipal {
  return sessionOf(partition, account, ANYBODY);
}

export function isAnybody({ roleArn }: RequestPrincipal): boolean {
  return roleArn?.endsWith(`/${ANYBODY}`) === true;
}

export function isAutoScaling({ roleArn }: RequestPrincipal): boolean {
  return roleArn?.includes(":role/aws-service-role/") === true;
}
