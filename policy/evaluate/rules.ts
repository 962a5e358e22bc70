import { parseArn } from "../../core/arn";
import type { AccessRequest } from "./types";

/**
 * What a document or grant can contribute. `exact`, `named` and `account` are the resource policy's, by how it names
 * the principal; `grant` and `accountGrant` likewise are grants to the principal and to its account.
 */
export type Half = "identity" | "exact" | "named" | "account" | "grant" | "accountGrant";

/** Ways to permission: one way suffices, all its halves are needed. */
export type Ways = readonly (readonly Half[])[];

export type Rule = "service" | "same-account" | "same-account-resource-decides" | "cross-account";

/**
 * Source: IAM user guide, "Policy evaluation logic" and "Cross-account policy evaluation logic"; KMS developer guide,
 * "Default key policy" and "Allowing users in other accounts to use a KMS key".
 */
const WAYS: Readonly<Record<Rule, Ways>> = {
  service: [["named"]],
  "same-account": [["identity"], ["exact"], ["named"]],
  "same-account-resource-decides": [["exact"], ["named"], ["account", "identity"]],
  "cross-account": [
    ["exact", "identity"],
    ["named", "identity"],
    ["account", "identity"],
  ],
};

const GRANT_WAYS: Ways = [["grant"], ["accountGrant", "identity"]];

/**
 * A permissions boundary and session policies limit what an identity policy gives, and what a resource policy gives to
 * the role, to a service or to everybody; not what it gives to this very user or session.
 * Source: IAM user guide, "Permissions boundaries for IAM entities" and "Session policies".
 */
export const LIMITED: readonly Half[] = ["identity", "named"];

export type ResourcePolicyKind = "key" | "trust" | "other";

/** Which kind of resource policy decides about a request; grants exist for keys only. */
export function resourcePolicyKind({ action, resource }: AccessRequest): ResourcePolicyKind {
  const service = action.split(":")[0]?.toLowerCase();
  const arn = parseArn(resource);
  if (service === "kms" && arn?.resource.startsWith("key/")) return "key";
  return service === "sts" && arn?.resource.startsWith("role/") ? "trust" : "other";
}

export function ruleFor(request: AccessRequest): Rule {
  const { principal, resourceAccount } = request;
  if (principal.kind === "service") return "service";
  if (principal.account !== resourceAccount) return "cross-account";
  return resourcePolicyKind(request) === "other" ? "same-account" : "same-account-resource-decides";
}

export function waysOf(rule: Rule): Ways {
  return [...WAYS[rule], ...GRANT_WAYS];
}
