import { isServiceLinkedRole, type PolicyQuestion } from "./asked";
import { RCP_SERVICES } from "./rcp-services";

/**
 * Whether SCPs bind who asks: users and roles of member accounts, the root user too, but no service-linked role, no AWS
 * service, and nobody who has no account yet. Source: Organizations user guide, "Service control policies (SCPs)".
 */
export function boundByServiceControl({ request, serviceLinked }: PolicyQuestion): boolean {
  const { kind } = request.principal;
  return kind !== "service" && kind !== "federated" && !serviceLinked;
}

/**
 * Whether RCPs bind a request: whoever asks, AWS services and other organisations too, but no service-linked role; not
 * for AWS managed keys, for assuming a service-linked role, or for retiring a grant.
 * Source: Organizations user guide, "Resource control policies (RCPs)".
 */
export function boundByResourceControl(asked: PolicyQuestion): boolean {
  const { action, service, request, serviceLinked, awsManagedKey } = asked;
  if (serviceLinked || !RCP_SERVICES.has(service) || action === "kms:retiregrant") return false;
  return !awsManagedKey && !isServiceLinkedRole(request.resource);
}
