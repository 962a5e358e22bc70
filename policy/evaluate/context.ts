import type { AccessRequest, RequestPrincipal } from "./types";

/** Condition keys in lower case (AWS ignores their case) and their values; a key without a value is absent. */
export type Context = ReadonlyMap<string, readonly string[]>;

export function valuesOf(context: Context, key: string): readonly string[] | undefined {
  return context.get(key.toLowerCase());
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
  const given = Object.entries(request.context);
  const derived = Object.entries(derivedKeys(request));
  return new Map(
    [...given, ...derived]
      .map(([key, value]): [string, readonly string[]] => [
        key.toLowerCase(),
        typeof value === "string" ? [value] : value,
      ])
      .filter(([, values]) => values.length > 0),
  );
}

/** Source: IAM user guide, "AWS global condition context keys"; KMS developer guide, "kms:CallerAccount". */
function derivedKeys({ principal, resourceAccount, action }: AccessRequest): Record<string, string> {
  const resource = { "aws:ResourceAccount": resourceAccount };
  if (principal.kind === "service") {
    return { ...resource, "aws:PrincipalIsAWSService": "true", "aws:PrincipalServiceName": principal.arn };
  }
  return {
    ...resource,
    "aws:PrincipalIsAWSService": "false",
    "aws:PrincipalArn": principalArn(principal),
    "aws:PrincipalAccount": principal.account,
    ...(principal.kind === "user" ? { "aws:username": principal.arn.split("/").at(-1) ?? "" } : {}),
    ...(action.toLowerCase().startsWith("kms:") ? { "kms:CallerAccount": principal.account } : {}),
  };
}
