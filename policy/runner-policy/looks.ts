import type { PermissionRow } from "../row";
import type { RunnerAccess } from "../runner";

/** What the runner role may read of images, settings, quotas and uses. */
export const LOOK_ROWS: readonly PermissionRow<RunnerAccess>[] = [
  {
    id: "DescribeImages",
    actions: ["ec2:DescribeImages", "ec2:DescribeSnapshots"],
    basis: "enforced",
    why: "the script looks before it acts, waits and verifies; these actions have no resource-level permission",
    source: "Service authorization reference, Amazon EC2",
    grant: (access) => ({
      resources: ["*"],
      conditions: {
        StringEquals: { "aws:RequestedRegion": [...new Set([...access.copiesInto, ...access.bookkeepsIn])] },
      },
    }),
  },
  {
    id: "InspectSettings",
    actions: [
      "ec2:DescribeRegions",
      "ec2:GetEbsDefaultKmsKeyId",
      "ec2:GetEbsEncryptionByDefault",
      "ec2:GetImageBlockPublicAccessState",
      "ec2:GetSnapshotBlockPublicAccessState",
    ],
    basis: "enforced",
    why: "keyferry doctor looks at the settings of an account that decide how its images and volumes are made and shared; these actions have no resource-level permission",
    source: "Service authorization reference, Amazon EC2",
    grant: (access) => ({
      resources: ["*"],
      conditions: {
        StringEquals: { "aws:RequestedRegion": [...new Set([...access.copiesInto, ...access.bookkeepsIn])] },
      },
    }),
  },
  {
    id: "ReadAllowedImages",
    actions: ["ec2:GetAllowedImagesSettings"],
    basis: "enforced",
    why: "whether an account admits images of the source account, in the Region in which they are shared with it, is told by these settings alone",
    source: "EC2 user guide, Control the discovery and use of AMIs in Amazon EC2 with Allowed AMIs",
    grant: (access) => ({
      resources: ["*"],
      conditions: { StringEquals: { "aws:RequestedRegion": access.copiesFrom } },
    }),
  },
  {
    id: "ReadQuotas",
    actions: ["servicequotas:ListAWSDefaultServiceQuotas", "servicequotas:ListServiceQuotas"],
    basis: "enforced",
    why: "how many copies an account may have in progress in a Region, and how many images and snapshots in all, is told by Service Quotas; without it a run reckons with AWS's documented number of copies; these actions have no resource-level permission",
    source: "Service authorization reference, Service Quotas",
    grant: (access) =>
      access.copiesInto.length === 0
        ? undefined
        : { resources: ["*"], conditions: { StringEquals: { "aws:RequestedRegion": access.copiesInto } } },
  },
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
    grant: (access) =>
      access.retiresIn.length === 0
        ? undefined
        : { resources: ["*"], conditions: { StringEquals: { "aws:RequestedRegion": access.retiresIn } } },
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
    grant: (access) =>
      access.launchesIn.length === 0
        ? undefined
        : { resources: ["*"], conditions: { StringEquals: { "aws:RequestedRegion": access.launchesIn } } },
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
    grant: (access) =>
      access.launchesIn.length === 0
        ? undefined
        : { resources: ["*"], conditions: { StringEquals: { "aws:RequestedRegion": access.launchesIn } } },
  },
  {
    id: "LookForReferences",
    actions: ["ec2:DescribeImageReferences"],
    basis: "enforced",
    why: "a launch template may name another team's parameter: EC2 tells whether it shows an old copy; the action has no resource-level permission",
    source: "EC2 user guide, Identify your resources referencing specified AMIs",
    grant: (access) =>
      access.retiresIn.length === 0
        ? undefined
        : { resources: ["*"], conditions: { StringEquals: { "aws:RequestedRegion": access.retiresIn } } },
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
    grant: (access) =>
      access.launchesIn.length === 0
        ? undefined
        : { resources: ["*"], conditions: { StringEquals: { "aws:RequestedRegion": access.launchesIn } } },
  },
];
