import { serviceLinkedRoleArn, type LaunchingService } from "@keyferry/common";

/** A service-linked role that launches instances; every account has its own. */
export interface ServiceLinkedRole {
  /** The service that assumes it. */
  readonly awsServiceName: LaunchingService;
  /** Part of the role's name after the underscore; only EC2 Auto Scaling has roles with a suffix. @default - the role without a suffix */
  readonly customSuffix?: string;
}

/** A role that may create grants on another account's key, for service-linked roles of its own account. */
export interface GrantIssuer {
  /** 12 digits. */
  readonly account: string;
  /** Name of the role there, without a path: the role that deploys, for example with Terraform. */
  readonly roleName: string;
}

/** Who creates which grants on a key, so that instances of other accounts can be launched under it. */
export interface LaunchGrants {
  readonly issuers: readonly GrantIssuer[];
  /** Service-linked roles in each issuer's account. */
  readonly grantees: readonly ServiceLinkedRole[];
  /** Roles that created grants and must not create more: they still list the grants, to retire them. @default - none */
  readonly formerIssuers?: readonly GrantIssuer[];
}

/**
 * What a service-linked role does with the key of a volume or snapshot that it launches from: all operations that a grant may contain.
 * Sources: EC2 Auto Scaling user guide, "Required KMS key policy for use with encrypted volumes", example 2; EC2 user guide,
 * "EC2 Fleet prerequisites" and "Spot Fleet permissions", access to customer managed keys.
 */
export const LAUNCH_OPERATIONS = [
  "CreateGrant",
  "Decrypt",
  "DescribeKey",
  "Encrypt",
  "GenerateDataKey",
  "GenerateDataKeyWithoutPlaintext",
  "ReEncryptFrom",
  "ReEncryptTo",
] as const;

/** An operation of KMS that AWS's documents name for a launch. */
export type LaunchOperation = (typeof LAUNCH_OPERATIONS)[number];

/** ARNs of service-linked roles of an account. */
export function granteeArns(
  partition: string,
  account: string,
  grantees: readonly ServiceLinkedRole[],
): readonly string[] {
  return grantees.map(({ awsServiceName, customSuffix }) =>
    serviceLinkedRoleArn(partition, account, awsServiceName, customSuffix),
  );
}
