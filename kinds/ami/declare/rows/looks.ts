import type { PermissionRow } from "../../../../policy/row";
import type { RunnerAccess } from "../../../../policy/runner";
import { anywhere } from "../../../../policy/runner-policy/row-grants";

/** Permissions of the runner role to read images, before it copies and while it waits. */
export const LOOK_ROWS: readonly PermissionRow<RunnerAccess>[] = [
  {
    id: "DescribeImages",
    actions: ["ec2:DescribeImages", "ec2:DescribeSnapshots"],
    basis: "enforced",
    why: "the commands read the state before they act, while they wait, and to verify; these actions have no resource-level permissions",
    source: "Service authorization reference, Amazon EC2",
    grant: ({ copiesInto, bookkeepsIn, launchesSharedIn }) =>
      anywhere([...copiesInto, ...bookkeepsIn, ...launchesSharedIn]),
  },
];

/** Permissions to read whether an account allows the images of another account. */
export const ALLOWED_IMAGES_ROWS: readonly PermissionRow<RunnerAccess>[] = [
  {
    id: "ReadAllowedImages",
    actions: ["ec2:GetAllowedImagesSettings"],
    basis: "enforced",
    why: "only these settings show whether an account allows images of the source account in the Region in which they are shared",
    source: "EC2 user guide, Control the discovery and use of AMIs in Amazon EC2 with Allowed AMIs",
    grant: ({ byCopyImage, copiesFrom, launchesSharedIn }) =>
      anywhere([...(byCopyImage?.copiesFrom ?? copiesFrom), ...launchesSharedIn]),
  },
];

/** Permissions to find what uses and what launches images. */
export const USE_ROWS: readonly PermissionRow<RunnerAccess>[] = [
  {
    id: "LookForUses",
    actions: [
      "autoscaling:DescribeAutoScalingGroups",
      "autoscaling:DescribeLaunchConfigurations",
      "ec2:DescribeFleets",
      "ec2:DescribeInstances",
      "ec2:DescribeLaunchTemplateVersions",
      "ec2:DescribeSpotFleetRequests",
    ],
    basis: "enforced",
    why: "an old copy is removed only when nothing uses it any more; these actions have no resource-level permissions",
    source: "Service authorization reference, Amazon EC2 and Amazon EC2 Auto Scaling",
    grant: ({ retiresIn }) => anywhere(retiresIn),
  },
  {
    id: "LookAtGroups",
    actions: [
      "autoscaling:DescribeAutoScalingGroups",
      "autoscaling:DescribeInstanceRefreshes",
      "ec2:DescribeInstances",
    ],
    basis: "enforced",
    why: "the group, its instance refreshes and its instances show which image the instances run and how far their replacement is; these actions have no resource-level permissions",
    source: "Service authorization reference, Amazon EC2 and Amazon EC2 Auto Scaling",
    grant: ({ launchesIn }) => anywhere(launchesIn),
  },
  {
    id: "InspectInstanceTypes",
    actions: [
      "ec2:DescribeInstanceTypeOfferings",
      "ec2:DescribeInstanceTypes",
      "ec2:DescribeSubnets",
      "ec2:GetInstanceTypesFromInstanceRequirements",
    ],
    basis: "enforced",
    why: "before a launch fails, keyferry doctor finds an instance type that cannot run the image or that the group's Availability Zones do not offer; these actions have no resource-level permissions",
    source: "Service authorization reference, Amazon EC2",
    grant: ({ launchesIn }) => anywhere(launchesIn),
  },
  {
    id: "LookForReferences",
    actions: ["ec2:DescribeImageReferences"],
    basis: "enforced",
    why: "a launch template can name another team's parameter: EC2 shows whether the parameter contains an old copy; the action has no resource-level permissions",
    source: "EC2 user guide, Identify your resources referencing specified AMIs",
    grant: ({ retiresIn }) => anywhere(retiresIn),
  },
  {
    id: "LetEc2ReadParameters",
    actions: ["ssm:GetParameters"],
    basis: "enforced",
    why: "EC2 compares the values of parameters with the old copies on the role's behalf; the role itself cannot read the values",
    source: "EC2 user guide, Identify your resources referencing specified AMIs (required IAM permissions)",
    grant: (access) =>
      access.retiresIn.length === 0
        ? undefined
        : {
            resources: ["*"],
            conditions: {
              StringEquals: { "aws:RequestedRegion": access.retiresIn },
              "ForAnyValue:StringEquals": { "aws:CalledVia": ["ec2-images.amazonaws.com"] },
            },
          },
  },
  {
    id: "ReadLaunches",
    actions: ["autoscaling:DescribeScalingActivities"],
    basis: "enforced",
    why: "only the activities of an Auto Scaling group show why it cannot launch a copy; the action has no resource-level permissions",
    source: "Service authorization reference, Amazon EC2 Auto Scaling",
    grant: ({ launchesIn }) => anywhere(launchesIn),
  },
];
