import type { Verdict } from "@keyferry/evaluator";
import { AwsError, type AccessCheck, type Caller, type Protocol } from "../contract";

type Denied = Exclude<Verdict, { readonly allowed: true }>;

/** How each protocol names a denial, and with which HTTP status. */
const DENIALS: Readonly<
  Record<Protocol, { readonly code: string; readonly status: number; readonly prefix: string }>
> = {
  ec2: {
    code: "UnauthorizedOperation",
    status: 403,
    prefix: "You are not authorized to perform this operation. ",
  },
  query: { code: "AccessDenied", status: 403, prefix: "" },
  json: { code: "AccessDeniedException", status: 400, prefix: "" },
  cbor: { code: "AccessDeniedException", status: 400, prefix: "" },
  "rest-json": { code: "AccessDeniedException", status: 403, prefix: "" },
  "rest-xml": { code: "AccessDenied", status: 403, prefix: "" },
  "rest-xml-wrapped": { code: "AccessDenied", status: 403, prefix: "" },
};

/** The error that a service returns for a denied check, in AWS's words; its last part says which permission is missing. */
export function denial(protocol: Protocol, caller: Caller, check: AccessCheck, verdict: Denied): AwsError {
  const { code, status, prefix } = DENIALS[protocol];
  if (check.refusal !== undefined) return new AwsError(code, check.refusal, status);
  if (check.action.startsWith("s3:")) return s3Denial(caller, check, verdict);
  const on = check.resource === "*" ? "" : ` on resource: ${check.resource}`;
  const message = `${prefix}User: ${caller.arn} is not authorized to perform: ${check.action}${on}${tail(caller, check, verdict)}`;
  return new AwsError(code, message, status);
}

/**
 * S3 puts the resource in quotes and gives other accounts no details. Source: S3 user guide, "Troubleshoot access
 * denied (403 Forbidden) errors in Amazon S3".
 */
function s3Denial(caller: Caller, check: AccessCheck, verdict: Denied): AwsError {
  const foreign = check.resourceAccount !== undefined && check.resourceAccount !== caller.account;
  const on = check.resource === "*" ? "" : ` on resource: "${check.resource}"`;
  const message = `User: ${caller.arn} is not authorized to perform: ${check.action}${on}${tail(caller, check, verdict)}`;
  return new AwsError("AccessDenied", foreign ? "Access Denied" : message, 403);
}

function tail(caller: Caller, check: AccessCheck, verdict: Denied): string {
  if (verdict.reason === "explicit-deny") {
    return ` with an explicit deny in ${kindOf(verdict.by[0]?.document, caller, check)} policy`;
  }
  if (verdict.reason === "unknown") {
    const open = verdict.unknown.map(({ document, why }) => `${document}: ${why}`).join("; ");
    return ` because the rehearsal cloud does not know whether AWS allows it (${open})`;
  }
  const missing = verdict.missing[0];
  if (missing === undefined) return "";
  const kind = KINDS[missing.document ?? ""] ?? sideOf(missing.side);
  return ` because no ${kind} allows the ${check.action} action`;
}

/** Source: IAM user guide, "Troubleshoot access denied error messages". */
const KINDS: Readonly<Record<string, string>> = {
  "permissions boundary": "permissions boundary",
  "session policy": "session policy",
  "service control policy": "service control policy",
  "resource control policy": "resource control policy",
};

function sideOf(side: "identity" | "resource"): string {
  return side === "resource" ? "resource-based policy" : "identity-based policy";
}

function kindOf(document: string | undefined, caller: Caller, check: AccessCheck): string {
  const control = /^(service|resource) control policy /.exec(document ?? "")?.[1];
  if (control !== undefined) return `a ${control} control`;
  if (document === check.resourcePolicy?.name) return "a resource-based";
  if (document === caller.boundary?.name) return "a permissions boundary";
  return caller.session?.some(({ name }) => name === document) === true ? "a session" : "an identity-based";
}
