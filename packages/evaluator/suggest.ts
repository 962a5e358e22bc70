import { accountPrincipal, parseArn } from "@keyferry/common";
import type { Conditions, PolicyStatement, PrincipalElement } from "./policy-document";
import { isArn } from "./arn-pattern";
import type { PolicyQuestion } from "./asked";
import { principalArn, valuesOf } from "./context";
import { GRANT_OPERATIONS } from "./grants";
import type { GrantDocument } from "./types";
import { escapeVariables } from "./variables";

/** Statements as narrow as the request: its action, for its caller, in the way in which it was called. */

type ConditionEntry = readonly [operator: string, key: string, values: readonly string[]];

/** For an identity policy, and for a policy that limits one. */
export function suggestedForPrincipal(asked: PolicyQuestion): PolicyStatement {
  return statement(asked, { Resource: [resourceOf(asked)] }, kmsConditions(asked));
}

/** For an RCP, which applies to everyone. */
export function suggestedForEveryone(asked: PolicyQuestion): PolicyStatement {
  return statement(asked, { Principal: "*", Resource: [resourceOf(asked)] }, []);
}

/** For the resource's own policy. In a key policy `*` is the key; a trust policy has no Resource. */
export function suggestedForResource(asked: PolicyQuestion): PolicyStatement {
  const { principal, conditions } = principalOf(asked);
  const where = { key: { Resource: ["*"] }, trust: {}, other: { Resource: [resourceOf(asked)] } }[
    asked.policy
  ];
  return statement(asked, { Principal: principal, ...where }, [...conditions, ...kmsConditions(asked)]);
}

/** A grant to a role that cannot have policies; undefined when grants cannot include the operation. */
export function suggestedGrant(asked: PolicyQuestion): Omit<GrantDocument, "grantId"> | undefined {
  const operation = GRANT_OPERATIONS.find((name) => `kms:${name.toLowerCase()}` === asked.action);
  if (operation === undefined) return undefined;
  // a principal that creates grants by means of a grant can pass on only what that grant includes
  const handedOn = operation === "CreateGrant" ? (valuesOf(asked.context, "kms:grantoperations") ?? []) : [];
  return { granteePrincipal: asked.knownAs, operations: [...new Set([operation, ...handedOn])] };
}

function statement(
  asked: PolicyQuestion,
  parts: Pick<PolicyStatement, "Principal" | "Resource">,
  conditions: readonly ConditionEntry[],
): PolicyStatement {
  const { Principal, Resource } = parts;
  return {
    Sid: `Allow${asked.request.action.replace(/[^A-Za-z0-9]/g, "")}`,
    Effect: "Allow",
    ...(Principal === undefined ? {} : { Principal }),
    Action: [asked.request.action],
    ...(Resource === undefined ? {} : { Resource }),
    ...(conditions.length === 0 ? {} : { Condition: conditionBlock(conditions) }),
  };
}

/** A name that is not an ARN is matched only by a star. */
function resourceOf({ request }: PolicyQuestion): string {
  return isArn(request.resource) ? escapeVariables(request.resource) : "*";
}

interface SuggestedPrincipal {
  readonly principal: PrincipalElement;
  readonly conditions: readonly ConditionEntry[];
}

/**
 * Another account is named as a whole and narrowed to the caller, a form that AWS accepts before the role exists and
 * that remains valid when the role is created again; the same applies to a service-linked role of the same account. Any
 * other principal of the same account is named directly, so that no identity policy is needed.
 */
function principalOf(asked: PolicyQuestion): SuggestedPrincipal {
  const { principal, resourceAccount, resource } = asked.request;
  const { account, arn } = principal;
  if (principal.kind === "service") {
    return { principal: { Service: [arn] }, conditions: fromContext(asked, SOURCE_KEYS) };
  }
  if (principal.kind === "federated") {
    return { principal: { Federated: [arn] }, conditions: fromContext(asked, tokenKeys(arn)) };
  }
  const narrowed: ConditionEntry = [
    "ArnEquals",
    "aws:PrincipalArn",
    [escapeVariables(principalArn(principal))],
  ];
  if (account !== resourceAccount) {
    const partition = parseArn(arn)?.partition ?? parseArn(resource)?.partition ?? "";
    return { principal: { AWS: [accountPrincipal(partition, account)] }, conditions: [narrowed] };
  }
  if (!asked.serviceLinked) return { principal: { AWS: [asked.knownAs] }, conditions: [] };
  const ofAccount: ConditionEntry[] =
    asked.service === "kms" ? [["StringEquals", "kms:CallerAccount", [account]]] : [];
  return { principal: { AWS: ["*"] }, conditions: [...ofAccount, narrowed] };
}

type NarrowingKey = readonly [operator: string, key: string];

/** Source: IAM user guide, "The confused deputy problem". */
const SOURCE_KEYS: readonly NarrowingKey[] = [
  ["StringEquals", "aws:SourceAccount"],
  ["StringEquals", "aws:SourceArn"],
];

/** The keys of an identity provider's token, which a role uses to trust only some of its users. */
function tokenKeys(provider: string): readonly NarrowingKey[] {
  if (provider.includes(":saml-provider/")) return [["StringEquals", "SAML:aud"]];
  const issuer = provider.replace(/^.*:oidc-provider\//, "");
  return [
    ["StringEquals", `${issuer}:aud`],
    ["StringEquals", `${issuer}:sub`],
  ];
}

const VIA_SERVICE: readonly NarrowingKey[] = [["StringEquals", "kms:ViaService"]];
const DIRECT_GRANT: readonly NarrowingKey[] = [
  ["StringEquals", "kms:GranteePrincipal"],
  ["ForAllValues:StringEquals", "kms:GrantOperations"],
];

/**
 * A permission that is used through a service is granted through that service only; a permission to create grants, for
 * this purpose only.
 */
function kmsConditions(asked: PolicyQuestion): readonly ConditionEntry[] {
  if (asked.service !== "kms") return [];
  const through = fromContext(asked, VIA_SERVICE);
  const forAws = valuesOf(asked.context, "kms:GrantIsForAWSResource")?.includes("true") === true;
  if (forAws) return [...through, ["Bool", "kms:GrantIsForAWSResource", ["true"]]];
  return asked.action === "kms:creategrant" ? [...through, ...fromContext(asked, DIRECT_GRANT)] : through;
}

/** Conditions on the values that the request has; none on keys that it does not have. */
function fromContext({ context }: PolicyQuestion, keys: readonly NarrowingKey[]): readonly ConditionEntry[] {
  return keys.flatMap(([operator, key]): readonly ConditionEntry[] => {
    const values = valuesOf(context, key);
    return values === undefined ? [] : [[operator, key, values.map(escapeVariables)]];
  });
}

function conditionBlock(entries: readonly ConditionEntry[]): Conditions {
  const block: Record<string, Record<string, readonly string[]>> = {};
  for (const [operator, key, values] of entries) block[operator] = { ...block[operator], [key]: values };
  return block;
}
