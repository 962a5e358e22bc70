import type { PolicyQuestion } from "./asked";

/**
 * What a document or grant can contribute. `exact`, `named` and `account` come from the resource policy, by how it
 * names the principal; `grant` and `accountGrant` are grants to the principal and to its account.
 */
export type Half = "identity" | "exact" | "named" | "account" | "grant" | "accountGrant";

/** Ways to a permission: one way is enough, and all of its halves are needed. */
export type Ways = readonly (readonly Half[])[];

export type Rule = "resource-alone" | "same-account" | "same-account-resource-decides" | "cross-account";

const GRANT_WAYS: Ways = [["grant"], ["accountGrant", "identity"]];

/**
 * Source: IAM user guide, "Policy evaluation logic" and "Cross-account policy evaluation logic"; KMS developer guide,
 * "Default key policy" and "Allowing users in other accounts to use a KMS key".
 */
const WAYS: Readonly<Record<Rule, Ways>> = {
  "resource-alone": [["named"], ...GRANT_WAYS],
  "same-account": [["identity"], ["exact"], ["named"], ...GRANT_WAYS],
  "same-account-resource-decides": [["exact"], ["named"], ["account", "identity"], ...GRANT_WAYS],
  "cross-account": [["exact", "identity"], ["named", "identity"], ["account", "identity"], ...GRANT_WAYS],
};

/**
 * A permissions boundary and session policies limit the permissions from an identity policy, and those from a resource
 * policy to the role, to the user of a federated session or to everyone; they do not limit permissions to this exact
 * user or session. Source: IAM user guide, "Permissions boundaries for IAM entities" and "Session policies".
 */
export const LIMITED: readonly Half[] = ["identity", "named"];

/** Neither an AWS service nor a caller without an AWS identity yet has an account whose IAM could allow something. */
export function ruleFor({ request, policy }: PolicyQuestion): Rule {
  const { principal, resourceAccount } = request;
  if (principal.kind === "service" || principal.kind === "federated") return "resource-alone";
  if (principal.account !== resourceAccount) return "cross-account";
  return policy === "other" ? "same-account" : "same-account-resource-decides";
}

export function waysOf(rule: Rule): Ways {
  return WAYS[rule];
}
