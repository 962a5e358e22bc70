import { parseArn } from "../../core/arn";
import { principalArn } from "./context";
import type { Principals, ReadStatement } from "./document";
import type { RequestPrincipal } from "./types";

/**
 * How a resource policy's statement names who asks. `exact`: the user or the session itself; `named`: its role, an AWS
 * service, or everybody; `account`: its account, which leaves the decision to that account's IAM.
 * Source: IAM user guide, "AWS JSON policy elements: Principal"; KMS developer guide, "Default key policy".
 */
export type PrincipalMatch = "exact" | "named" | "account";

/** The closest match of a statement's principals; undefined when it does not speak of who asks. */
export function matchPrincipal(
  { principals, effect }: ReadStatement,
  principal: RequestPrincipal,
  hasBoundary: boolean,
): PrincipalMatch | undefined {
  if (principals === undefined) return undefined;
  if (!principals.negated) return closest(principals, principal);
  return effect === "Deny" && !isExempt(principals, principal, hasBoundary) ? "named" : undefined;
}

function closest({ byType }: Principals, principal: RequestPrincipal): PrincipalMatch | undefined {
  const names = byType.AWS ?? [];
  const everybody = names.includes("*");
  if (principal.kind === "service") {
    return everybody || (byType.Service ?? []).includes(principal.arn) ? "named" : undefined;
  }
  const itself = principal.kind === "user" || principal.kind === "assumed-role";
  if (itself && names.includes(principal.arn)) return "exact";
  if (everybody || (principal.kind !== "root" && names.includes(principalArn(principal)))) return "named";
  return names.some((name) => accountOf(name) === principal.account) ? "account" : undefined;
}

/**
 * NotPrincipal exempts who is listed together with its account: AWS checks the account before the principal. Nobody
 * with a permissions boundary is ever exempt. Source: IAM user guide, "AWS JSON policy elements: NotPrincipal".
 */
function isExempt(principals: Principals, principal: RequestPrincipal, hasBoundary: boolean): boolean {
  if (principal.kind === "service") return closest(principals, principal) !== undefined;
  if (hasBoundary) return false;
  const names = principals.byType.AWS ?? [];
  if (names.includes("*")) return true;
  const account = names.some((name) => accountOf(name) === principal.account);
  return (
    account &&
    (principal.kind === "root" || names.includes(principal.arn) || names.includes(principalArn(principal)))
  );
}

/** The account that a principal stands for as a whole: a bare id or its root's ARN. */
export function accountOf(name: string): string | undefined {
  if (/^\d{12}$/.test(name)) return name;
  const arn = parseArn(name);
  return arn?.service === "iam" && arn.resource === "root" ? arn.account : undefined;
}
