import type { PermissionRow } from "../../../../policy/row";
import type { RunnerAccess } from "../../../../policy/runner";
import { anywhere } from "../../../../policy/runner-policy/row-grants";

/** What the runner role may read of images, before it copies and while it waits. */
export const LOOK_ROWS: readonly PermissionRow<RunnerAccess>[] = [
  {
    id: "DescribeImages",
    actions: ["ec2:DescribeImages", "ec2:DescribeSnapshots"],
    basis: "enforced",
    why: "the script looks before it acts, waits and verifies; these actions have no resource-level permission",
    source: "Service authorization reference, Amazon EC2",
    grant: ({ copiesInto, bookkeepsIn, launchesSharedIn }) =>
      anywhere([...copiesInto, ...bookkeepsIn, ...launchesSharedIn]),
  },
];

/** Whether an account admits the images of another. */
export const ALLOWED_IMAGES_ROWS: readonly PermissionRow<RunnerAccess>[] = [
  {
    id: "ReadAllowedImages",
    actions: ["ec2:GetAllowedImagesSettings"],
    basis: "enforced",
    why: "whether an account admits images of the source account, in the Region in which they are shared with it, is told by these settings alone",
    source: "EC2 user guide, Control the discovery and use of AMIs in Amazon EC2 with Allowed AMIs",
    grant: ({ byCopyImage, copiesFrom, launchesSharedIn }) =>
      anywhere([...(byCopyImage?.copiesFrom ?? copiesFrom), ...launchesSharedIn]),
  },
];

/** What uses images, and what launches them. */
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
    why: "an old copy goes only when nothing uses it any more; these actions have no resource-level permission",
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
    why: "which image the instances of a group run, and how their replacement goes, is told by the group, its refreshes and the instances; these actions have no resource-level permission",
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
    why: "keyferry doctor finds an instance type that cannot run the image, or that the zones of the group do not have, before a launch fails; these actions have no resource-level permission",
    source: "Service authorization reference, Amazon EC2",
    grant: ({ launchesIn }) => anywhere(launchesIn),
  },
  {
    id: "LookForReferences",
    actions: ["ec2:DescribeImageReferences"],
    basis: "enforced",
    why: "a launch template may name another team's parameter: EC2 tells whether it shows an old copy; the action has no resource-level permission",
    source: "EC2 user guide, Identify your resources referencing specified AMIs",
    grant: ({ retiresIn }) => anywhere(retiresIn),
  },
  {
    id: "LetEc2ReadParameters",
    actions: ["ssm:GetParameters"],
    basis: "enforced",
    why: "EC2 compares what parameters show with the old copies, on the role's behalf; the role itself sees no value of them",
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
    why: "why an Auto Scaling group cannot launch a copy is told by its activities alone; the action has no resource-level permission",
    source: "Service authorization reference, Amazon EC2 Auto Scaling",
    grant: ({ launchesIn }) => anywhere(launchesIn),
  },
];
