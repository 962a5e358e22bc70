import { type AccessRequest, evaluate, type RequestPrincipal, type Verdict } from "@keyferry/evaluator";
import type { AccessCheck, Caller, Clock } from "../contract";
import type { Organizations } from "../services/organizations/directory";
import { staleFor, withPrincipals } from "../identity/principal-ids";

/**
 * Decides one check against every document that applies to the caller or the resource. The context holds what AWS adds
 * to every request; `aws:SecureTransport` is true as on AWS, although the rehearsal cloud uses plain HTTP.
 */
export function decide(
  clock: Clock,
  caller: Caller,
  check: AccessCheck,
  organizations?: Pick<Organizations, "contextOf" | "policiesFor">,
): Verdict {
  const now = clock.now();
  const resourceAccount = check.resourceAccount ?? caller.account;
  const request: AccessRequest = {
    action: check.action,
    resource: check.resource,
    resourceAccount,
    principal: principalOf(caller),
    context: {
      "aws:CurrentTime": now.toISOString(),
      "aws:EpochTime": String(Math.floor(now.getTime() / 1000)),
      "aws:PrincipalType": PRINCIPAL_TYPES[caller.kind] ?? "Anonymous",
      "aws:ResourceAccount": resourceAccount,
      "aws:SecureTransport": "true",
      "aws:SourceIp": "127.0.0.1",
      "aws:ViaAWSService": "false",
      "aws:userid": caller.userId,
      ...(caller.kind === "user" ? { "aws:username": caller.arn.replace(/^.*\//, "") } : {}),
      ...(caller.sessionIssued === undefined
        ? {}
        : {
            "aws:MultiFactorAuthPresent": "false",
            "aws:TokenIssueTime": caller.sessionIssued.toISOString(),
          }),
      ...(caller.sourceIdentity === undefined ? {} : { "aws:SourceIdentity": caller.sourceIdentity }),
      ...Object.fromEntries(
        Object.entries(caller.tags ?? {}).map(([name, value]) => [`aws:PrincipalTag/${name}`, value]),
      ),
      ...organizations?.contextOf(caller.account, resourceAccount),
      ...check.context,
    },
  };
  return evaluate(request, {
    identity: caller.identity,
    boundary: caller.boundary,
    session: caller.session,
    ...organizations?.policiesFor(caller.account, resourceAccount),
    resource: resourcePolicy(caller, check),
    // S3 has already applied it in the policy that it passes here
    restrictPublicBuckets: false,
    grants: check.grants?.filter(({ grantId }) => meansCaller(caller, check.granteeIds?.[grantId])),
  });
}

function principalOf({ kind, account, arn, roleArn, userArn }: Caller): RequestPrincipal {
  return { kind, account, arn, roleArn, userArn };
}

/** The resource's policy as it applies to this caller: a deleted principal of the same name is not the caller. */
function resourcePolicy({ userId }: Caller, check: AccessCheck): AccessCheck["resourcePolicy"] {
  const { resourcePolicy: named, principalIds } = check;
  if (named === undefined || principalIds === undefined) return named;
  return { ...named, document: withPrincipals(named.document, staleFor(userId, principalIds)) };
}

/** The grantee is now a different principal, or one that nobody can create again under the same name. */
function meansCaller({ userId }: Caller, id: string | undefined): boolean {
  return id === undefined || id === userId || id === userId.split(":")[0];
}

const PRINCIPAL_TYPES: Readonly<Record<string, string>> = {
  user: "User",
  "assumed-role": "AssumedRole",
  role: "AssumedRole",
  service: "Service",
  root: "Account",
  federated: "FederatedUser",
  "federated-user": "FederatedUser",
};
