/**
 * The supported parameters of each operation: those left out would have an effect on AWS and have none here. Source:
 * Auto Scaling API reference.
 */
import { GROUP_PARAMETERS } from "./settings";

const GROUP = "AutoScalingGroupName";
const PAGES = ["NextToken", "MaxRecords"];
const ACTION = ["LifecycleHookName", GROUP, "LifecycleActionToken", "InstanceId"];
const MEMBERS = ["InstanceIds", GROUP];
const LEAVING = [...MEMBERS, "ShouldDecrementDesiredCapacity"];

export const PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  AttachInstances: MEMBERS,
  CancelInstanceRefresh: [GROUP],
  CompleteLifecycleAction: [...ACTION, "LifecycleActionResult"],
  CreateAutoScalingGroup: [...GROUP_PARAMETERS, "Tags", "LifecycleHookSpecificationList"],
  CreateOrUpdateTags: ["Tags"],
  DeleteAutoScalingGroup: [GROUP, "ForceDelete"],
  DeleteLifecycleHook: ["LifecycleHookName", GROUP],
  DeletePolicy: [GROUP, "PolicyName"],
  DeleteTags: ["Tags"],
  DescribeAutoScalingGroups: ["AutoScalingGroupNames", "Filters", ...PAGES],
  DescribeAutoScalingInstances: ["InstanceIds", ...PAGES],
  DescribeInstanceRefreshes: [GROUP, "InstanceRefreshIds", ...PAGES],
  DescribeLaunchConfigurations: ["LaunchConfigurationNames", ...PAGES],
  DescribeLifecycleHookTypes: [],
  DescribeLifecycleHooks: [GROUP, "LifecycleHookNames"],
  DescribeLoadBalancerTargetGroups: [GROUP, ...PAGES],
  DescribeLoadBalancers: [GROUP, ...PAGES],
  DescribeNotificationConfigurations: ["AutoScalingGroupNames", ...PAGES],
  DescribePolicies: [GROUP, "PolicyNames", "PolicyTypes", ...PAGES],
  DescribeScalingActivities: ["ActivityIds", GROUP, ...PAGES],
  DescribeScheduledActions: [GROUP, "ScheduledActionNames", "StartTime", "EndTime", ...PAGES],
  DescribeTags: ["Filters", ...PAGES],
  DescribeTrafficSources: [GROUP, "TrafficSourceType", ...PAGES],
  DescribeWarmPool: [GROUP, ...PAGES],
  DetachInstances: LEAVING,
  DisableMetricsCollection: [GROUP, "Metrics"],
  EnableMetricsCollection: [GROUP, "Metrics", "Granularity"],
  EnterStandby: LEAVING,
  ExitStandby: MEMBERS,
  PutLifecycleHook: [
    ...["LifecycleHookName", GROUP, "LifecycleTransition", "HeartbeatTimeout", "DefaultResult"],
    "NotificationMetadata",
  ],
  PutScalingPolicy: [
    ...[GROUP, "PolicyName", "PolicyType", "AdjustmentType", "MinAdjustmentStep", "MinAdjustmentMagnitude"],
    ...[
      "ScalingAdjustment",
      "Cooldown",
      "MetricAggregationType",
      "StepAdjustments",
      "EstimatedInstanceWarmup",
    ],
    ...["TargetTrackingConfiguration", "Enabled", "PredictiveScalingConfiguration"],
  ],
  RecordLifecycleActionHeartbeat: ACTION,
  ResumeProcesses: [GROUP, "ScalingProcesses"],
  RollbackInstanceRefresh: [GROUP],
  // Cooldowns apply to simple scaling, which nothing triggers here.
  SetDesiredCapacity: [GROUP, "DesiredCapacity", "HonorCooldown"],
  SetInstanceHealth: ["InstanceId", "HealthStatus", "ShouldRespectGracePeriod"],
  SetInstanceProtection: [...MEMBERS, "ProtectedFromScaleIn"],
  StartInstanceRefresh: [GROUP, "Strategy", "DesiredConfiguration", "Preferences"],
  SuspendProcesses: [GROUP, "ScalingProcesses"],
  TerminateInstanceInAutoScalingGroup: ["InstanceId", "ShouldDecrementDesiredCapacity"],
  UpdateAutoScalingGroup: GROUP_PARAMETERS,
};
