import type { Call, JsonObject, Operation } from "../../contract";
import { applyFilters, type FilterTable } from "../ec2/filters";
import { texts } from "../ec2/input";
import { page } from "../ec2/pages";
import { onAnything } from "./access";
import { activityAnswer } from "./activities";
import { templateAnswer } from "./configuration";
import { filterInput, namedGroup, ownGroups } from "./input";
import type { AutoScalingState, Group, GroupTag, Member } from "./state";

/** Read-only operations whose subject does not exist here: they return an empty list. */
const EMPTY: Readonly<Record<string, string>> = {
  DescribeLaunchConfigurations: "LaunchConfigurations",
  DescribeLoadBalancers: "LoadBalancers",
  DescribeLoadBalancerTargetGroups: "LoadBalancerTargetGroups",
  DescribeNotificationConfigurations: "NotificationConfigurations",
  DescribeScheduledActions: "ScheduledUpdateGroupActions",
  DescribeTrafficSources: "TrafficSources",
  DescribeWarmPool: "Instances",
};

const TAG_VALUES: FilterTable<Group> = {
  "tag-value": (group) => Object.values(group.tags).map((tag) => tag.value),
};

interface OwnedTag extends GroupTag {
  readonly group: string;
}

const TAG_FILTERS: FilterTable<OwnedTag> = {
  "auto-scaling-group": (tag) => [tag.group],
  key: (tag) => [tag.key],
  value: (tag) => [tag.value],
  "propagate-at-launch": (tag) => [String(tag.propagate)],
};

/** Read operations. */
export function describeOperations(state: AutoScalingState): Readonly<Record<string, Operation>> {
  const reading = (run: (call: Call) => JsonObject): Operation => ({ checks: onAnything, run });
  return {
    ...Object.fromEntries(
      Object.entries(EMPTY).map(([name, list]) => [name, reading(() => ({ [list]: [] }))]),
    ),
    DescribeAutoScalingGroups: reading((call) => groups(state, call)),
    DescribeAutoScalingInstances: reading((call) => instances(state, call)),
    DescribeScalingActivities: reading((call) => activities(state, call)),
    DescribeTags: reading((call) => {
      const all = ownGroups(state, call).flatMap((group) =>
        Object.values(group.tags).map((tag) => ({ ...tag, group: group.name })),
      );
      const found = applyFilters(all, filterInput(call.input), TAG_FILTERS, () => ({}));
      const { items, nextToken } = page(found, call.input, "MaxRecords");
      return { Tags: items.map((tag) => tagAnswer(tag.group, tag)), NextToken: nextToken };
    }),
  };
}

function groups(state: AutoScalingState, call: Call): JsonObject {
  const names = texts(call.input, "AutoScalingGroupNames");
  const named = ownGroups(state, call).filter((group) => names.length === 0 || names.includes(group.name));
  const found = applyFilters(named, filterInput(call.input), TAG_VALUES, (group) =>
    Object.fromEntries(Object.values(group.tags).map((tag) => [tag.key, tag.value])),
  );
  const { items, nextToken } = page(found, call.input, "MaxRecords");
  return { AutoScalingGroups: items.map(groupAnswer), NextToken: nextToken };
}

function groupAnswer(group: Group): JsonObject {
  const { mixed, template } = group.configuration;
  return {
    AutoScalingGroupName: group.name,
    AutoScalingGroupARN: group.arn,
    ...(mixed === undefined ? { LaunchTemplate: templateAnswer(template) } : { MixedInstancesPolicy: mixed }),
    MinSize: group.min,
    MaxSize: group.max,
    DesiredCapacity: group.desired,
    AvailabilityZones: group.zones,
    LoadBalancerNames: [],
    TargetGroupARNs: [],
    ...group.settings,
    Instances: group.members.map(memberAnswer),
    CreatedTime: group.createdTime,
    SuspendedProcesses: group.suspended.map((name) => ({
      ProcessName: name,
      SuspensionReason: `User suspended at ${group.createdTime}`,
    })),
    EnabledMetrics: group.metrics.map((name) => ({ Metric: name, Granularity: "1Minute" })),
    Status: group.deleting ? "Delete in progress" : undefined,
    Tags: Object.values(group.tags).map((tag) => tagAnswer(group.name, tag)),
    ServiceLinkedRoleARN: group.serviceLinkedRoleArn,
    TrafficSources: [],
  };
}

function memberAnswer(member: Member): JsonObject {
  return {
    InstanceId: member.instanceId,
    InstanceType: member.instanceType,
    AvailabilityZone: member.availabilityZone,
    LifecycleState: member.lifecycle,
    HealthStatus: member.healthy ? "Healthy" : "Unhealthy",
    LaunchTemplate: member.template && templateAnswer(member.template),
    ImageId: member.imageId,
    ProtectedFromScaleIn: member.protectedFromScaleIn,
    WeightedCapacity: member.weight === 1 ? undefined : String(member.weight),
  };
}

export function tagAnswer(group: string, tag: GroupTag): JsonObject {
  return {
    ResourceId: group,
    ResourceType: "auto-scaling-group",
    Key: tag.key,
    Value: tag.value,
    PropagateAtLaunch: tag.propagate,
  };
}

function instances(state: AutoScalingState, call: Call): JsonObject {
  const ids = texts(call.input, "InstanceIds");
  const all = ownGroups(state, call).flatMap((group) => group.members.map((member) => ({ group, member })));
  const found = all.filter(({ member }) => ids.length === 0 || ids.includes(member.instanceId));
  const { items, nextToken } = page(found, call.input, "MaxRecords");
  return {
    AutoScalingInstances: items.map(({ group, member }) => ({
      ...memberAnswer(member),
      HealthStatus: member.healthy ? "HEALTHY" : "UNHEALTHY",
      AutoScalingGroupName: group.name,
    })),
    NextToken: nextToken,
  };
}

function activities(state: AutoScalingState, call: Call): JsonObject {
  const ids = texts(call.input, "ActivityIds");
  const chosen = "AutoScalingGroupName" in call.input ? [namedGroup(state, call)] : ownGroups(state, call);
  const all = chosen.flatMap((group) => group.activities.map((activity) => ({ group, activity })));
  const found = all.filter(({ activity }) => ids.length === 0 || ids.includes(activity.activityId));
  const { items, nextToken } = page(found, call.input, "MaxRecords");
  return {
    Activities: items.map(({ group, activity }) => activityAnswer(group, activity)),
    NextToken: nextToken,
  };
}
