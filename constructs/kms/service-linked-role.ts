import { isLaunchingService, LAUNCHING_SERVICES, SERVICES_WITH_SUFFIX } from "@keyferry/common";
import type { Construct } from "constructs";
import type { ServiceLinkedRole } from "../../policy";
import { checkText, propError } from "../props";

/** Source: IAM API reference, CreateServiceLinkedRole, CustomSuffix. */
export const CUSTOM_SUFFIX = /^[\w+=,.@-]{1,64}$/;

/**
 * Refuses a service-linked role that cannot exist.
 * @throws KeyferryError PropInvalid
 */
export function checkServiceLinkedRole(
  scope: Construct,
  { awsServiceName, customSuffix }: ServiceLinkedRole,
): void {
  // An untyped caller can name any service.
  const service: string = awsServiceName;
  if (!isLaunchingService(service)) {
    throw propError(scope, "awsServiceName", `"${service}"`, `one of ${LAUNCHING_SERVICES.join(", ")}`);
  }
  if (customSuffix === undefined) return;
  if (!SERVICES_WITH_SUFFIX.includes(service)) {
    throw propError(scope, "customSuffix", `"${customSuffix}"`, `none for ${service}`);
  }
  checkText(scope, "customSuffix", customSuffix, CUSTOM_SUFFIX, "1 to 64 letters, digits or +=,.@_-");
}
