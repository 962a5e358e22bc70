import { autoScalingGroupArn, autoScalingServiceLinkedRoleArn, formatArn, roleArn } from "@keyferry/common";
import type { DeployAccess } from "./deploy-access";
import type { PermissionRow } from "./row";

/** What Terraform does as the deploy role of an account that launches instances on the copies. */
export const DEPLOY_LAUNCH_ROWS: readonly PermissionRow<DeployAccess>[] = [
  {
    id: "MakeLaunchTemplates",
    actions: [
      "ec2:CreateLaunchTemplate",
      "ec2:CreateLaunchTemplateVersion",
      "ec2:DeleteLaunchTemplate",
      "ec2:DescribeLaunchTemplateVersions",
      "ec2:DescribeLaunchTemplates",
      "ec2:ModifyLaunchTemplate",
    ],
    basis: "enforced",
    why: "the consumers make launch templates",
    source: "Service authorization reference, Amazon EC2",
    grant: ({ launches }) => (launches ? { resources: ["*"] } : undefined),
  },
  {
    id: "MakeGroups",
    actions: [
      "autoscaling:CreateAutoScalingGroup",
      "autoscaling:CreateOrUpdateTags",
      "autoscaling:DeleteAutoScalingGroup",
      "autoscaling:DeleteTags",
      "autoscaling:DescribeAutoScalingGroups",
      "autoscaling:DescribeScalingActivities",
      "autoscaling:SetInstanceProtection",
      "autoscaling:UpdateAutoScalingGroup",
    ],
    basis: "enforced",
    why: "the consumers make Auto Scaling groups, wait until what they launch is healthy, and empty a group before it is deleted, protected instances included",
    source: "Service authorization reference, Amazon EC2 Auto Scaling",
    grant: ({ launches }) => (launches ? { resources: ["*"] } : undefined),
  },
  {
    id: "RefreshChangedGroups",
    actions: ["autoscaling:CancelInstanceRefresh", "autoscaling:StartInstanceRefresh"],
    basis: "enforced",
    why: "where `launch` has both `instanceRequirements` and `refresh`, Terraform replaces the instances of a group whose launch template has changed, and cancels a replacement that is still in progress; without them it calls neither",
    source: "Service authorization reference, Amazon EC2 Auto Scaling",
    grant: (access) => (access.launches ? { resources: [ownGroups(access)] } : undefined),
  },
  {
    id: "RegisterWithTargetGroups",
    actions: ["autoscaling:AttachLoadBalancerTargetGroups", "autoscaling:DetachLoadBalancerTargetGroups"],
    basis: "enforced",
    why: "where `launch.targetGroupArns` changes, Terraform attaches and detaches target groups; Auto Scaling registers the instances with its own role",
    source: "Service authorization reference, Amazon EC2 Auto Scaling",
    grant: (access) => (access.launches ? { resources: [ownGroups(access)] } : undefined),
  },
  {
    id: "WaitForGroups",
    actions: [
      "autoscaling:DescribeInstanceRefreshes",
      "autoscaling:DescribeLoadBalancerTargetGroups",
      "elasticloadbalancing:DescribeTargetHealth",
    ],
    basis: "enforced",
    why: "Terraform waits until a cancelled replacement has ended, target groups are attached, and instances are healthy in them",
    source:
      "Service authorization reference, Amazon EC2 Auto Scaling and Elastic Load Balancing V2: these actions have no resources",
    grant: ({ launches }) => (launches ? { resources: ["*"] } : undefined),
  },
  {
    id: "ReadImageParameters",
    actions: ["ssm:GetParameter"],
    basis: "enforced",
    why: "where `launch.instanceRequirements` chooses the instance types, the launch template names the image that the parameter shows when it is deployed, because EC2 Auto Scaling takes no parameter then",
    source: "Systems Manager API reference, GetParameter",
    grant: ({ launches, partition, account }) =>
      launches
        ? {
            resources: [
              formatArn({ partition, service: "ssm", region: "*", account, resource: "parameter/*" }),
            ],
          }
        : undefined,
  },
  {
    id: "PassInstanceRoles",
    actions: ["iam:PassRole"],
    basis: "enforced",
    why: "where `launch.instanceProfile` is given, whoever gives a group the launch template passes the profile's role to EC2; name the roles that you use, for no other role may be passed",
    source: "EC2 Auto Scaling user guide, Amazon EC2 Auto Scaling API permissions",
    grant: ({ instanceRoles = [], partition, account }) =>
      instanceRoles.length === 0
        ? undefined
        : {
            resources: instanceRoles.map((role) => roleArn(partition, account, role)),
            conditions: {
              StringEquals: {
                "iam:PassedToService": [`ec2.amazonaws.com${partition === "aws-cn" ? ".cn" : ""}`],
              },
            },
          },
  },
  {
    id: "LaunchThroughTemplates",
    actions: ["ec2:CreateTags", "ec2:RunInstances", "ssm:GetParameters"],
    basis: "documented",
    why: "whoever gives a group a launch template must be allowed to launch with it, its tags and its image parameter",
    source: "EC2 Auto Scaling user guide, Control Amazon EC2 launch template usage in Auto Scaling groups",
    grant: ({ launches }) => (launches ? { resources: ["*"] } : undefined),
  },
  {
    id: "LetGroupsLaunch",
    actions: ["iam:CreateServiceLinkedRole"],
    basis: "enforced",
    why: "the first Auto Scaling group of an account makes the role that launches its instances",
    source: "EC2 Auto Scaling user guide, Service-linked roles",
    grant: ({ launches, partition, account }) =>
      launches
        ? {
            resources: [autoScalingServiceLinkedRoleArn(partition, account)],
            conditions: { StringEquals: { "iam:AWSServiceName": ["autoscaling.amazonaws.com"] } },
          }
        : undefined,
  },
];

/** The Auto Scaling groups of the topology, in every Region. */
function ownGroups({ partition, account, topology }: DeployAccess): string {
  return autoScalingGroupArn(partition, "*", account, `keyferry-${topology}-*`);
}
