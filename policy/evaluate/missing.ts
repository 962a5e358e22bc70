import { principalArn } from "./context";
import type { Findings, Limit } from "./findings";
import { resourcePolicyKind, type ResourcePolicyKind, type Rule } from "./rules";
import type { AccessRequest, MissingHalf } from "./types";

const POLICY_NAMES: Readonly<Record<ResourcePolicyKind, string>> = {
  key: "key policy",
  trust: "trust policy",
  other: "resource policy",
};

/** The least that must be added to allow a request that is not explicitly denied; never empty for one not allowed. */
export function missingHalves(
  request: AccessRequest,
  { halves, limits }: Findings,
  rule: Rule,
): MissingHalf[] {
  const closed = isServiceLinked(request);
  const direct = halves.exact.length + halves.named.length > 0;
  const delegated = halves.account.length + halves.accountGrant.length > 0;
  const hasIdentity = halves.identity.length > 0;
  const missing: MissingHalf[] = [];
  switch (rule) {
    case "service":
      if (!direct) missing.push(resourceHalf(request));
      break;
    case "same-account":
      if (!direct && !hasIdentity) missing.push(identityHalf(request));
      break;
    case "same-account-resource-decides":
      if (!direct && (!delegated || (closed && !hasIdentity))) missing.push(resourceHalf(request));
      else if (!direct && !hasIdentity) missing.push(identityHalf(request));
      break;
    case "cross-account":
      if (closed && !hasIdentity && resourcePolicyKind(request) === "key") return [grantHalf(request)];
      if (!hasIdentity) missing.push(identityHalf(request));
      if (!direct && !delegated) missing.push(resourceHalf(request));
      break;
  }
  return [...missing, ...limits.map((limit) => limitHalf(request, limit))];
}

/** Nobody can attach an identity policy to a service-linked role. */
function isServiceLinked({ principal }: AccessRequest): boolean {
  return principalArn(principal).includes(":role/aws-service-role/");
}

function identityHalf(request: AccessRequest): MissingHalf {
  const { action, resource, principal } = request;
  return fromPrincipal(
    request,
    `must allow ${action} on ${resource} in an identity policy of ${principalArn(principal)}`,
  );
}

function grantHalf(request: AccessRequest): MissingHalf {
  const { action, resource, principal } = request;
  const grantee = principalArn(principal);
  return fromPrincipal(
    request,
    `must create a grant for ${action} on ${resource} to ${grantee}: a service-linked role takes no identity policy`,
  );
}

function limitHalf(request: AccessRequest, { kind, names }: Limit): MissingHalf {
  const { action, resource, principal } = request;
  const permission = `${action} on ${resource}`;
  const who = principalArn(principal);
  return fromPrincipal(
    request,
    kind === "boundary"
      ? `must allow ${permission} in the permissions boundary of ${who} (${names.join(", ")})`
      : `must allow ${permission} in the session policies with which ${who} was assumed (${names.join(", ")})`,
  );
}

function fromPrincipal({ principal }: AccessRequest, what: string): MissingHalf {
  return { side: "identity", account: principal.account, what: `Account ${principal.account} ${what}.` };
}

function resourceHalf(request: AccessRequest): MissingHalf {
  const { action, resource, resourceAccount, principal } = request;
  const policy = POLICY_NAMES[resourcePolicyKind(request)];
  // naming the account would leave it to an identity policy that a service and its role cannot have
  const delegable = principal.kind !== "service" && !isServiceLinked(request);
  const who = principalArn(principal) + (delegable ? ` or to account ${principal.account}` : "");
  return {
    side: "resource",
    account: resourceAccount,
    what: `Account ${resourceAccount} must allow ${action} to ${who} in the ${policy} of ${resource}.`,
  };
}
