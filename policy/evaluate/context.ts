import type { AccessRequest, RequestPrincipal } from "./types";

/** Condition keys in lower case (AWS ignores their case) and their values; a key without a value is absent. */
export type Context = ReadonlyMap<string, readonly string[]>;

/** @param key in lower or mixed case */
export function valuesOf(context: Context, key: string): readonly string[] | undefined {
  return context.get(key) ?? context.get(key.toLowerCase());
}

/** The ARN by which policies know a principal: for a session, its role's. */
export function principalArn(principal: RequestPrincipal): string {
  if (principal.kind !== "assumed-role") return principal.arn;
  return principal.roleArn ?? roleOfSession(principal.arn);
}

/** A session's ARN does not hold its role's path; without better knowledge the path is `/`. */
function roleOfSession(sessionArn: string): string {
  return sessionArn.replace(/^(arn:[^:]*):sts:(.*):assumed-role\/([^/]+)\/.*$/s, "$1:iam:$2:role/$3");
}

/** What the call carries, and above it what follows from who calls: no caller can name itself otherwise. */
export function requestContext(request: AccessRequest): Context {
  const context = new Map<string, readonly string[]>();
  for (const key of Object.keys(request.context)) {
    const value = request.context[key];
    const values = typeof value === "string" ? [value] : textsOf(value);
    if (values.length > 0) context.set(key.toLowerCase(), values);
  }
  setDerivedKeys(context, request);
  return context;
}

/** The context may come from elsewhere than a typed program. */
function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
}

/** Source: IAM user guide, "AWS global condition context keys"; KMS developer guide, "kms:CallerAccount". */
function setDerivedKeys(
  context: Map<string, readonly string[]>,
  { principal, resourceAccount, action }: AccessRequest,
): void {
  context.set("aws:resourceaccount", [resourceAccount]);
  context.set("aws:principalisawsservice", principal.kind === "service" ? ["true"] : ["false"]);
  switch (principal.kind) {
    case "service":
      context.set("aws:principalservicename", [principal.arn]);
      return;
    case "federated":
      return;
    case "user":
      context.set("aws:username", [principal.arn.slice(principal.arn.lastIndexOf("/") + 1)]);
      break;
    case "assumed-role":
    case "federated-user":
    case "role":
    case "root":
      break;
  }
  context.set("aws:principalarn", [principalArn(principal)]);
  context.set("aws:principalaccount", [principal.account]);
  if (/^kms:/i.test(action)) context.set("kms:calleraccount", [principal.account]);
}
