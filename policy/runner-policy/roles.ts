import { autoScalingServiceLinkedRoleArn, iamArn, roleArn } from "@keyferry/common";
import type { PermissionRow } from "../row";
import { overflowPolicyPrefix, type RunnerAccess } from "../runner";

/** What the runner role may do with roles: create that of Auto Scaling, and read its own policies. */
export const ROLE_ROWS: readonly PermissionRow<RunnerAccess>[] = [
  {
    id: "MakeAutoScalingRole",
    actions: ["iam:CreateServiceLinkedRole"],
    basis: "enforced",
    why: "an Auto Scaling group launches under this role, and Terraform has no safe way to create it unless it exists",
    source: "EC2 Auto Scaling user guide, Service-linked roles",
    grant: (access) =>
      access.launches
        ? {
            resources: [autoScalingServiceLinkedRoleArn(access.partition, access.account)],
            conditions: { StringEquals: { "iam:AWSServiceName": ["autoscaling.amazonaws.com"] } },
          }
        : undefined,
  },
  {
    id: "FindAutoScalingRole",
    actions: ["iam:GetRole"],
    basis: "enforced",
    why: "keyferry doctor reports whether the role exists, without creating it; the ARN in a request for a role that does not exist has no path",
    source: "Service authorization reference, AWS Identity and Access Management",
    grant: (access) =>
      access.launches
        ? {
            resources: [
              autoScalingServiceLinkedRoleArn(access.partition, access.account),
              roleArn(access.partition, access.account, "AWSServiceRoleForAutoScaling"),
            ],
          }
        : undefined,
  },
  {
    id: "ReadOwnPolicies",
    actions: ["iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"],
    basis: "enforced",
    why: "when a copy is refused, the script reads the policies of its own role to find the missing permission; keyferry doctor reads them before a run",
    source: "Service authorization reference, AWS Identity and Access Management",
    grant: (access) => ({ resources: [roleArn(access.partition, access.account, access.roleName)] }),
  },
  {
    id: "ReadOverflowPolicies",
    actions: ["iam:GetPolicy", "iam:GetPolicyVersion"],
    basis: "enforced",
    why: "statements that do not fit into the role's inline policy are in up to ten managed policies with these names",
    source: "IAM user guide, IAM and AWS STS quotas",
    grant: (access) => ({
      resources: ["?", "10"].map((number) =>
        iamArn(access.partition, access.account, `policy/${overflowPolicyPrefix(access.roleName)}${number}`),
      ),
    }),
  },
];
