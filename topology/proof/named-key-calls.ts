import { derived, parseArn, roleArn } from "@keyferry/common";
import type { RequestPrincipal } from "@keyferry/evaluator";
import { proofTarget, type KeyDeclaration } from "../../policy";
import { granteeArns, LAUNCH_OPERATIONS } from "../../policy/launch-grants";
import {
  callOf,
  sessionOf,
  sourceKeyCalls,
  type DeniedCall,
  type Outside,
  type ProofCall,
} from "../../policy/proof";
import { namedKeyDeclarations } from "../access";
import type { Topology } from "../model";

/** Name of a role that represents principals that IAM allows everything, in an account that a key is shared with. */
const SHARER = "keyferry-SHARER";

type Key = Omit<KeyDeclaration, "purpose">;

/** Use of a named key by others: by roles that create grants on it, and by accounts and roles that it is shared with. */
export const namedKeyJobs = derived((topology: Topology) =>
  namedKeyDeclarations(topology).flatMap((key) => {
    const groups = [...grantCalls(key), ...shareCalls(key)];
    if (groups.length === 0) return [];
    return [{ job: { id: `key ${key.alias} of ${key.account} ${key.region}` }, groups }];
  }),
);

/** Principals that IAM of their accounts is assumed to allow everything: the topology does not manage their IAM policies. */
export const trustedByIam = derived((topology: Topology): ReadonlySet<string> => {
  const calls = namedKeyJobs(topology).flatMap(({ groups }) => groups.flat());
  return new Set(calls.map(({ request }) => request.principal.roleArn ?? ""));
});

/** Calls that a named key's policy must refuse by itself. */
export function deniedOnNamedKeys(topology: Topology, outside: Outside): readonly DeniedCall[] {
  return namedKeyDeclarations(topology).flatMap((key) => {
    const grants = grantCalls(key).flat();
    const shares = shareCalls(key).flat();
    return [
      ...grants.flatMap((call) => [
        asOther(call, sessionOf(key.partition, call.request.principal.account, "keyferry-NOBODY")),
        asOther(call, sessionOf(key.partition, outside.account, "keyferry-deploy")),
      ]),
      ...otherGrants(key),
      ...shares.flatMap((call) => [
        asOther(call, sessionOf(key.partition, outside.account, SHARER)),
        ...(call.pins.includes("kms:ViaService") ? [directly(call)] : []),
      ]),
    ];
  });
}

function grantCalls(key: Key): readonly (readonly ProofCall[])[] {
  const { issuers = [], grantees = [] } = key.launchGrants ?? {};
  return issuers.map(({ account, roleName }) => {
    const principal = sessionOf(key.partition, account, roleName);
    const roles = granteeArns(key.partition, account, grantees);
    return [
      ...roles.map((role) => createGrant(key, principal, role)),
      onKey(key, principal, "the grants are read", "kms:ListGrants"),
    ];
  });
}

function createGrant(
  key: Key,
  principal: RequestPrincipal,
  grantee: string,
  operations: readonly string[] = LAUNCH_OPERATIONS,
): ProofCall {
  return onKey(key, principal, "a service-linked role gets a grant", "kms:CreateGrant", {
    "kms:GranteePrincipal": grantee,
    "kms:GrantOperations": operations,
  });
}

/** Grants for other roles, and with more operations. */
function otherGrants(key: Key): readonly DeniedCall[] {
  const { issuers = [], grantees = [] } = key.launchGrants ?? {};
  return issuers.flatMap(({ account, roleName }): DeniedCall[] => {
    const principal = sessionOf(key.partition, account, roleName);
    const [role = ""] = granteeArns(key.partition, account, grantees);
    const forOther = createGrant(key, principal, roleArn(key.partition, account, "keyferry-NOBODY"));
    const more = createGrant(key, principal, role, [...LAUNCH_OPERATIONS, "RetireGrant"]);
    const granted = createGrant(key, principal, role);
    const revoked = { ...granted.request, action: "kms:RevokeGrant" };
    return [
      { what: "revocation of a grant by a role that creates grants", request: revoked, refuser: "resource" },
      { what: "a grant for another role", request: forOther.request, refuser: "resource" },
      ...(role === ""
        ? []
        : [
            {
              what: "a grant with more operations than a launch needs",
              request: more.request,
              refuser: "resource",
            } as const,
          ]),
    ];
  });
}

/** Only through EBS: the calls of other services differ only in the name of the service. */
function shareCalls(key: Key): readonly (readonly ProofCall[])[] {
  const { accounts = [], roles = [], viaServices = [] } = key.shares ?? {};
  if (!viaServices.includes("ec2")) return [];
  const principals = [
    ...accounts.map((account) => sessionOf(key.partition, account, SHARER)),
    ...roles.map((arn) => sessionOfRole(key.partition, arn)),
  ];
  return principals.map((principal) => sourceKeyCalls(principal, key));
}

/** A session of a role whose ARN may have a path. */
function sessionOfRole(partition: string, arn: string): RequestPrincipal {
  const { account = "", resource = "" } = parseArn(arn) ?? {};
  const names = resource.split("/");
  const path = names.slice(1, -1);
  return sessionOf(partition, account, names.at(-1) ?? "", path.length === 0 ? "/" : `/${path.join("/")}/`);
}

function onKey(
  key: Key,
  principal: RequestPrincipal,
  when: string,
  action: string,
  context: NonNullable<Parameters<typeof callOf>[4]>["context"] = {},
): ProofCall {
  const caller = { principal, partition: key.partition, region: key.region };
  return callOf(caller, when, action, proofTarget.keyArn(key), { resourceAccount: key.account, context });
}

function asOther({ request }: ProofCall, principal: RequestPrincipal): DeniedCall {
  const what = `as ${principal.roleArn ?? principal.arn}, which the key policy does not name`;
  return { what, request: { ...request, principal }, refuser: "resource" };
}

/** The same call, made by the caller directly and not by EC2. */
function directly({ request }: ProofCall): DeniedCall {
  const context = Object.entries(request.context).filter(([key]) => key !== "kms:ViaService");
  return {
    what: "directly, not through EC2",
    request: { ...request, context: Object.fromEntries(context) },
    refuser: "resource",
  };
}
