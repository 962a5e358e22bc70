import { isServiceLinkedRole, type PolicyQuestion } from "./asked";
import { RCP_SERVICES } from "./rcp-services";

/**
 * Whether SCPs apply to the caller: to users and roles of member accounts, including the root user, but not to
 * service-linked roles, AWS services, and callers that have no account yet. Source: Organizations user guide, "Service
 * control policies (SCPs)".
 */
export function boundByServiceControl({ request, serviceLinked }: PolicyQuestion): boolean {
  const { kind } = request.principal;
  return kind !== "service" && kind !== "federated" && !serviceLinked;
}

/**
 * Whether RCPs apply to a request: to every caller, including AWS services and other organisations, but not to
 * service-linked roles; not for AWS managed keys, for assuming a service-linked role, or for retiring a grant. Source:
 * Organizations user guide, "Resource control policies (RCPs)".
 */
export function boundByResourceControl(asked: PolicyQuestion): boolean {
  const { action, service, request, serviceLinked, awsManagedKey } = asked;
  if (serviceLinked || !RCP_SERVICES.has(service) || action === "kms:retiregrant") return false;
  return !awsManagedKey && !isServiceLinkedRole(request.resource);
}
