import type { AccessRequest, RequestPrincipal } from "./types";

/** Condition keys in lower case (AWS ignores their case) and their values; a key without a value is absent. */
export interface Context {
  get(key: string): readonly string[] | undefined;
  has(key: string): boolean;
  keys(): Iterable<string>;
}

/** @param key in lower or mixed case */
export function valuesOf(context: Context, key: string): readonly string[] | undefined {
  return context.get(key) ?? context.get(key.toLowerCase());
}

/** The ARN by which policies identify a principal: for a session, its role's. */
export function principalArn(principal: RequestPrincipal): string {
  if (principal.kind !== "assumed-role") return principal.arn;
  return principal.roleArn ?? roleOfSession(principal.arn);
}

/** A session's ARN does not contain its role's path; when the role is not known, the path is `/`. */
function roleOfSession(sessionArn: string): string {
  return sessionArn.replace(/^(arn:[^:]*):sts:(.*):assumed-role\/([^/]+)\/.*$/s, "$1:iam:$2:role/$3");
}

/**
 * The context of the call, overridden by what follows from the caller: no caller can claim another identity. A policy
 * reads few of the keys, so values are computed only when a key is read.
 */
export function requestContext(request: AccessRequest): Context {
  return new RequestContext(request);
}

class RequestContext implements Context {
  constructor(private readonly request: AccessRequest) {}

  get(key: string): readonly string[] | undefined {
    const value = derivedValue(key, this.request);
    return value === undefined ? carriedValues(key, this.request.context) : [value];
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  keys(): Iterable<string> {
    const { context } = this.request;
    const carried = Object.keys(context).filter((key) => textsOf(context[key]).length > 0);
    return new Set([...carried.map((key) => key.toLowerCase()), ...DERIVED.filter((key) => this.has(key))]);
  }
}

/** When keys differ only in case, the last one that has a value. @param asked in lower case */
function carriedValues(asked: string, context: AccessRequest["context"]): readonly string[] | undefined {
  let found: readonly string[] | undefined;
  for (const key of Object.keys(context)) {
    if (key.length !== asked.length || key.toLowerCase() !== asked) continue;
    const texts = textsOf(context[key]);
    if (texts.length > 0) found = texts;
  }
  return found;
}

/** The context may come from untyped code. */
function textsOf(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
}

const DERIVED = [
  "aws:resourceaccount",
  "aws:principalisawsservice",
  "aws:principalservicename",
  "aws:username",
  "aws:principalarn",
  "aws:principalaccount",
  "kms:calleraccount",
];

/** Source: IAM user guide, "AWS global condition context keys"; KMS developer guide, "kms:CallerAccount". */
function derivedValue(
  key: string,
  { principal, resourceAccount, action }: AccessRequest,
): string | undefined {
  const { kind } = principal;
  switch (key) {
    case "aws:resourceaccount":
      return resourceAccount;
    case "aws:principalisawsservice":
      return kind === "service" ? "true" : "false";
    case "aws:principalservicename":
      return kind === "service" ? principal.arn : undefined;
    case "aws:username":
      return kind === "user" ? principal.arn.slice(principal.arn.lastIndexOf("/") + 1) : undefined;
    case "aws:principalarn":
      return hasAccount(principal) ? principalArn(principal) : undefined;
    case "aws:principalaccount":
      return hasAccount(principal) ? principal.account : undefined;
    case "kms:calleraccount":
      return hasAccount(principal) && /^kms:/i.test(action) ? principal.account : undefined;
    default:
      return undefined;
  }
}

function hasAccount({ kind }: RequestPrincipal): boolean {
  return kind !== "service" && kind !== "federated";
}
