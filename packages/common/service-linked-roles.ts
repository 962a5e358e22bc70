import { roleArn } from "./arn";

/**
 * The roles that AWS uses to launch instances for a caller, by the service that alone may assume them. Sources: EC2
 * Auto Scaling user guide, "Service-linked roles"; EC2 user guide, "EC2 Fleet prerequisites", "Service-linked role for
 * Spot Instance requests", "Spot Fleet permissions".
 */
const ROLE_NAMES = {
  "autoscaling.amazonaws.com": "AWSServiceRoleForAutoScaling",
  "ec2fleet.amazonaws.com": "AWSServiceRoleForEC2Fleet",
  "spot.amazonaws.com": "AWSServiceRoleForEC2Spot",
  "spotfleet.amazonaws.com": "AWSServiceRoleForEC2SpotFleet",
} as const;

/** A service that launches instances with its own role. */
export type LaunchingService = keyof typeof ROLE_NAMES;

export const LAUNCHING_SERVICES = Object.keys(ROLE_NAMES) as readonly LaunchingService[];

/**
 * Services whose role may exist several times, each with a different suffix. Source: IAM API reference,
 * CreateServiceLinkedRole.
 */
export const SERVICES_WITH_SUFFIX: readonly LaunchingService[] = ["autoscaling.amazonaws.com"];

export function isLaunchingService(service: string): service is LaunchingService {
  return Object.hasOwn(ROLE_NAMES, service);
}

/** Name of a service-linked role; AWS joins a custom suffix with an underscore. */
export function serviceLinkedRoleName(service: LaunchingService, customSuffix?: string): string {
  return customSuffix === undefined ? ROLE_NAMES[service] : `${ROLE_NAMES[service]}_${customSuffix}`;
}

export function serviceLinkedRoleArn(
  partition: string,
  account: string,
  service: LaunchingService,
  customSuffix?: string,
): string {
  return roleArn(
    partition,
    account,
    serviceLinkedRoleName(service, customSuffix),
    `/aws-service-role/${service}/`,
  );
}

/** ARN of the service-linked role that EC2 Auto Scaling uses to launch instances. */
export function autoScalingServiceLinkedRoleArn(partition: string, account: string): string {
  return serviceLinkedRoleArn(partition, account, "autoscaling.amazonaws.com");
}
