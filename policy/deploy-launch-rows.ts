import { autoScalingGroupArn, autoScalingServiceLinkedRoleArn, formatArn, roleArn } from "@keyferry/common";
import type { DeployAccess } from "./deploy-access";
import type { PermissionRow } from "./row";

/** What Terraform does with the deploy role of an account that launches instances from the copies. */
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
    why: "the consumers stack creates launch templates",
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
    why: "the consumers stack creates Auto Scaling groups, waits until the instances that they launch are healthy, and empties a group, protected instances included, before it is deleted",
    source: "Service authorization reference, Amazon EC2 Auto Scaling",
    grant: ({ launches }) => (launches ? { resources: ["*"] } : undefined),
  },
  {
    id: "RefreshChangedGroups",
    actions: ["autoscaling:CancelInstanceRefresh", "autoscaling:StartInstanceRefresh"],
    basis: "enforced",
    why: "if `launch` has both `instanceRequirements` and `refresh`, Terraform replaces the instances of a group when its launch template changes, and cancels a replacement that is still in progress; otherwise it calls neither action",
    source: "Service authorization reference, Amazon EC2 Auto Scaling",
    grant: (access) => (access.launches ? { resources: [ownGroups(access)] } : undefined),
  },
  {
    id: "RegisterWithTargetGroups",
    actions: ["autoscaling:AttachLoadBalancerTargetGroups", "autoscaling:DetachLoadBalancerTargetGroups"],
    basis: "enforced",
    why: "if `launch.targetGroupArns` changes, Terraform attaches and detaches target groups; Auto Scaling registers the instances with its own role",
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
    why: "Terraform waits until a cancelled replacement has ended, target groups are attached and their instances are healthy",
    source:
      "Service authorization reference, Amazon EC2 Auto Scaling and Elastic Load Balancing V2: these actions have no resources",
    grant: ({ launches }) => (launches ? { resources: ["*"] } : undefined),
  },
  {
    id: "ReadImageParameters",
    actions: ["ssm:GetParameter"],
    basis: "enforced",
    why: "if `launch.instanceRequirements` selects the instance types, the launch template names the image that is in the parameter at the deployment, because EC2 Auto Scaling does not accept a parameter in this case",
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
    why: "if `launch.instanceProfile` is given, the principal that gives a group the launch template passes the profile's role to EC2; name the roles that you use, because no other role may be passed",
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
    why: "the principal that gives a group a launch template must be allowed to launch instances with it, with its tags and its image parameter",
    source: "EC2 Auto Scaling user guide, Control Amazon EC2 launch template usage in Auto Scaling groups",
    grant: ({ launches }) => (launches ? { resources: ["*"] } : undefined),
  },
  {
    id: "LetGroupsLaunch",
    actions: ["iam:CreateServiceLinkedRole"],
    basis: "enforced",
    why: "the first Auto Scaling group of an account creates the role that launches its instances",
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
