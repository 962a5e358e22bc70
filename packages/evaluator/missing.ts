import type { PolicyQuestion, ResourcePolicyKind } from "./asked";
import { principalArn } from "./context";
import type { Limit } from "./findings";
import { ruleFor, type Half } from "./rules";
import { suggestedForPrincipal, suggestedForResource, suggestedGrant, suggestedForEveryone } from "./suggest";
import type { Decider, MissingDocument, MissingHalf } from "./types";

const POLICY_NAMES = {
  key: "key policy",
  trust: "trust policy",
  other: "resource policy",
} satisfies Readonly<Record<ResourcePolicyKind, MissingDocument>>;

/**
 * The minimum that must be added to allow a request that is not explicitly denied; never empty for a request that is
 * not allowed.
 */
export function missingHalves(
  asked: PolicyQuestion,
  halves: Readonly<Record<Half, readonly Decider[]>>,
  limits: readonly Limit[],
): MissingHalf[] {
  return [...missingAllows(asked, halves), ...limits.map((limit) => limitHalf(asked, limit))];
}

function missingAllows(
  asked: PolicyQuestion,
  halves: Readonly<Record<Half, readonly Decider[]>>,
): MissingHalf[] {
  const closed = asked.serviceLinked;
  const direct = halves.exact.length + halves.named.length > 0;
  const delegated = halves.account.length + halves.accountGrant.length > 0;
  const hasIdentity = halves.identity.length > 0;
  if (halves.grant.length > 0) return [];
  switch (ruleFor(asked)) {
    case "resource-alone":
      return direct ? [] : [resourceHalf(asked)];
    case "same-account":
      return direct || hasIdentity ? [] : [identityHalf(asked)];
    case "same-account-resource-decides":
      if (direct) return [];
      if (!delegated || (closed && !hasIdentity)) return [resourceHalf(asked)];
      return hasIdentity ? [] : [identityHalf(asked)];
    case "cross-account":
      if (closed && !hasIdentity && asked.policy === "key") return [grantHalf(asked)];
      return [
        ...(hasIdentity ? [] : [identityHalf(asked)]),
        ...(direct || delegated ? [] : [resourceHalf(asked)]),
      ];
  }
}

/** Identity policies cannot be attached to a service-linked role. */
function identityHalf(asked: PolicyQuestion): MissingHalf {
  const { action, resource, principal } = asked.request;
  const who = principal.userArn ?? principalArn(principal);
  return fromPrincipal(asked, {
    document: "identity policy",
    what: `must allow ${action} on ${resource} in an identity policy of ${who}`,
    suggested: asked.serviceLinked ? undefined : suggestedForPrincipal(asked),
  });
}

function grantHalf(asked: PolicyQuestion): MissingHalf {
  const { action, resource, principal } = asked.request;
  return fromPrincipal(asked, {
    document: "grant",
    what: `must create a grant for ${action} on ${resource} to ${principalArn(principal)}: identity policies cannot be attached to a service-linked role`,
    suggestedGrant: suggestedGrant(asked),
  });
}

function limitHalf(asked: PolicyQuestion, { kind, names, level }: Limit): MissingHalf {
  const { action, resource, resourceAccount, principal } = asked.request;
  const permission = `${action} on ${resource}`;
  const who = principalArn(principal);
  const list = names.length === 0 ? "there are none" : names.join(", ");
  switch (kind) {
    case "boundary":
      return fromPrincipal(asked, {
        document: "permissions boundary",
        what: `must allow ${permission} in the permissions boundary of ${who} (${list})`,
        suggested: suggestedForPrincipal(asked),
      });
    case "session":
      return fromPrincipal(asked, {
        document: "session policy",
        what: `must allow ${permission} in the session policies with which ${who} was assumed (${list})`,
        suggested: suggestedForPrincipal(asked),
      });
    case "service-control":
      return fromPrincipal(asked, {
        document: "service control policy",
        level,
        what: `must be allowed ${permission} by the SCPs of every level of its organisation; level ${level} does not allow it (${list})`,
        suggested: suggestedForPrincipal(asked),
      });
    case "endpoint":
      return fromPrincipal(asked, {
        document: "VPC endpoint policy",
        what: `must allow ${permission} to ${who} in the policy of its VPC endpoint (${list})`,
        suggested: suggestedForEveryone(asked),
      });
    case "public-access-block":
      return {
        side: "resource",
        account: resourceAccount,
        what: `Account ${resourceAccount} must name in its bucket policy the principals that it allows ${permission}: the policy is public, and RestrictPublicBuckets of S3 Block Public Access keeps other accounts out.`,
      };
    case "resource-control":
      return {
        side: "resource",
        account: resourceAccount,
        document: "resource control policy",
        level,
        what: `Account ${resourceAccount} must be allowed ${permission} by the RCPs of every level of its organisation; level ${level} does not allow it (${list}).`,
        suggested: suggestedForEveryone(asked),
      };
  }
}

function fromPrincipal(
  { request }: PolicyQuestion,
  half: Omit<MissingHalf, "side" | "account">,
): MissingHalf {
  const { account } = request.principal;
  return { side: "identity", account, ...half, what: `Account ${account} ${half.what}.` };
}

function resourceHalf(asked: PolicyQuestion): MissingHalf {
  const { action, resource, resourceAccount, principal } = asked.request;
  const document = POLICY_NAMES[asked.policy];
  // naming the account would leave the decision to an identity policy, which services, their roles and external
  // identities cannot have
  const delegable = ruleFor(asked) !== "resource-alone" && !asked.serviceLinked;
  const who = principalArn(principal) + (delegable ? ` or to account ${principal.account}` : "");
  return {
    side: "resource",
    account: resourceAccount,
    document,
    what: `Account ${resourceAccount} must allow ${action} to ${who} in the ${document} of ${resource}.`,
    suggested: suggestedForResource(asked),
  };
}
