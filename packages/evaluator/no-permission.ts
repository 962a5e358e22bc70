import type { PolicyQuestion } from "./asked";
import type { Decider, PrincipalKind, FederatedKind } from "./types";

const EVERY_KIND: readonly (PrincipalKind | FederatedKind)[] = [
  "user",
  "assumed-role",
  "role",
  "service",
  "root",
  "federated-user",
];

/**
 * Actions that need no permission and that no policy can deny, with the kinds of callers. Source: STS API reference,
 * "GetCallerIdentity": "No permissions are required to perform this operation. If an administrator attaches a policy to
 * your identity that explicitly denies access [...] you can still perform this operation". IAM user guide, "Permissions
 * for GetSessionToken": "No permissions are required for a user to get a session token [...] You cannot use policies to
 * control authentication operations".
 */
const FREE: ReadonlyMap<string, readonly (PrincipalKind | FederatedKind)[]> = new Map([
  ["sts:getcalleridentity", EVERY_KIND],
  ["sts:getsessiontoken", ["user", "root"]],
]);

/** What decides when no document does; undefined when documents decide. */
export function withoutPermission({ action, request }: PolicyQuestion): Decider | undefined {
  if (FREE.get(action)?.includes(request.principal.kind) !== true) return undefined;
  return { document: `AWS: ${request.action} needs no permission`, statement: "implicit" };
}
