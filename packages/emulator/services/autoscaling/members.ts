/** Operations on the instances of a group. Source: Auto Scaling API reference and user guide. */
import type { AccessCheck, Call, Cloud, JsonObject, Operation } from "../../contract";
import { flag, text, texts } from "../ec2/input";
import type { Ec2State } from "../ec2/state";
import { groupCheck, onNamedGroup } from "./access";
import { activityAnswer, beginActivity, endActivity } from "./activities";
import { namedGroup, ownGroups, required, validationError } from "./input";
import { dismiss } from "./leaving";
import { readSizes } from "./settings";
import { memberOf, type Activity, type AutoScalingState, type Group, type Member } from "./state";
import { capacityChanged, removeMember, type AutoScalingContext } from "./scheduling";

export function memberOperations(
  state: AutoScalingState,
  ec2: Ec2State,
): Readonly<Record<string, Operation>> {
  const context = (cloud: Cloud): AutoScalingContext => ({ state, ec2, cloud });
  const onInstance = (call: Call): readonly AccessCheck[] => {
    const found = membership(state, call, required(call.input, "InstanceId"));
    return [groupCheck(call, found?.group.name ?? "*", found?.group)];
  };
  return {
    TerminateInstanceInAutoScalingGroup: {
      checks: onInstance,
      run: (call, cloud) => terminateMember(context(cloud), call),
    },
    SetInstanceHealth: {
      checks: onInstance,
      run: (call, cloud) => setHealth(context(cloud), call),
    },
    SetInstanceProtection: {
      checks: onNamedGroup(state),
      run: (call) => {
        const protect = flag(call.input, "ProtectedFromScaleIn") === true;
        for (const member of namedMembers(namedGroup(state, call), call))
          member.protectedFromScaleIn = protect;
        return {};
      },
    },
    AttachInstances: { checks: onNamedGroup(state), run: (call, cloud) => attach(context(cloud), call) },
    DetachInstances: {
      checks: onNamedGroup(state),
      run: (call, cloud) =>
        takeOut(context(cloud), call, "Detaching", (group, { instanceId }) =>
          removeMember(context(cloud), group, instanceId),
        ),
    },
    EnterStandby: {
      checks: onNamedGroup(state),
      run: (call, cloud) =>
        takeOut(context(cloud), call, "Moving EC2 instance to Standby", (_group, member) => {
          member.lifecycle = "Standby";
        }),
    },
    ExitStandby: { checks: onNamedGroup(state), run: (call, cloud) => exitStandby(context(cloud), call) },
  };
}

interface Membership {
  readonly group: Group;
  readonly member: Member;
}

function membership(state: AutoScalingState, call: Call, instanceId: string): Membership | undefined {
  for (const group of ownGroups(state, call)) {
    const member = memberOf(group, instanceId);
    if (member !== undefined) return { group, member };
  }
  return undefined;
}

/** @throws ValidationError */
function requireMembership(state: AutoScalingState, call: Call): Membership {
  const instanceId = required(call.input, "InstanceId");
  const found = membership(state, call, instanceId);
  if (found !== undefined) return found;
  throw validationError(`Instance Id not found - No managed instance found for instance ID: ${instanceId}`);
}

/** @throws ValidationError for an instance that is not in the group */
function namedMembers(group: Group, call: Call): readonly Member[] {
  return texts(call.input, "InstanceIds").map((instanceId) => {
    const member = memberOf(group, instanceId);
    if (member === undefined) {
      throw validationError(`The instance ${instanceId} is not part of Auto Scaling group ${group.name}.`);
    }
    return member;
  });
}

function terminateMember(context: AutoScalingContext, call: Call): JsonObject {
  const { group, member } = requireMembership(context.state, call);
  if (flag(call.input, "ShouldDecrementDesiredCapacity") === true) decrement(group, member.weight);
  const activity = dismiss(
    context,
    group,
    member,
    "instance was taken out of service in response to a user request.",
  );
  return { Activity: activityAnswer(group, activity) };
}

function decrement(group: Group, units: number): void {
  group.desired = readSizes({ DesiredCapacity: String(group.desired - units) }, group).desired;
}

/** During its grace period an instance stays healthy, unless the call ignores the grace period. */
function setHealth(context: AutoScalingContext, call: Call): JsonObject {
  const { group, member } = requireMembership(context.state, call);
  const status = required(call.input, "HealthStatus");
  if (status !== "Healthy" && status !== "Unhealthy") {
    throw validationError("HealthStatus must be Healthy or Unhealthy.");
  }
  const grace = Number(group.settings.HealthCheckGracePeriod ?? 0) * 1000;
  const age = context.cloud.clock.now().getTime() - Date.parse(member.inServiceAt ?? "");
  const isYoung = flag(call.input, "ShouldRespectGracePeriod") !== false && !(age >= grace);
  if (status === "Healthy" || !isYoung) member.healthy = status === "Healthy";
  return {};
}

/** Running instances of the caller that are in no group; the desired capacity increases by their number. */
function attach(context: AutoScalingContext, call: Call): JsonObject {
  const { state, ec2, cloud } = context;
  const group = namedGroup(state, call);
  const instances = texts(call.input, "InstanceIds").map((instanceId) => {
    const instance = ec2.instances[instanceId];
    if (instance?.owner !== group.account || instance.region !== group.region) {
      throw validationError(`Invalid Instance ID(s): [${instanceId}] are invalid.`);
    }
    if (instance.state !== "running")
      throw validationError(`Instance ${instanceId} is not in correct state: running.`);
    if (membership(state, call, instanceId) !== undefined) {
      throw validationError(`Instance ${instanceId} is already part of an Auto Scaling group.`);
    }
    return instance;
  });
  group.desired = readSizes({ DesiredCapacity: String(group.desired + instances.length) }, group).desired;
  for (const instance of instances) {
    const activity = beginActivity(
      group,
      cloud.clock,
      `Attaching an existing EC2 instance: ${instance.instanceId}`,
      "an instance was attached in response to a user request.",
    );
    endActivity(activity, cloud.clock, "Successful");
    group.members.push({
      instanceId: instance.instanceId,
      instanceType: instance.instanceType,
      availabilityZone: instance.availabilityZone,
      imageId: instance.imageId,
      lifecycle: "InService",
      healthy: true,
      protectedFromScaleIn: group.settings.NewInstancesProtectedFromScaleIn === "true",
      weight: 1,
      isSpot: false,
      inServiceAt: cloud.clock.now().toISOString(),
    });
  }
  return {};
}

/** Out of service, with or without a replacement. @throws ValidationError unless all are in service */
function takeOut(
  context: AutoScalingContext,
  call: Call,
  verb: string,
  go: (group: Group, member: Member) => void,
): JsonObject {
  const group = namedGroup(context.state, call);
  const { clock } = context.cloud;
  if (text(call.input, "ShouldDecrementDesiredCapacity") === undefined) {
    throw validationError("ShouldDecrementDesiredCapacity is required.");
  }
  const members = namedMembers(group, call);
  const idle = members.find(({ lifecycle }) => lifecycle !== "InService");
  if (idle !== undefined) {
    throw validationError(`The instance ${idle.instanceId} is not in InService, but in ${idle.lifecycle}.`);
  }
  if (flag(call.input, "ShouldDecrementDesiredCapacity") === true) {
    decrement(
      group,
      members.reduce((sum, { weight }) => sum + weight, 0),
    );
  }
  const activities = members.map((member): Activity => {
    const what = verb === "Detaching" ? "Detaching EC2 instance" : verb;
    const cause = `instance ${member.instanceId} was ${verb === "Detaching" ? "detached" : "moved to standby"} in response to a user request.`;
    const activity = beginActivity(group, clock, `${what}: ${member.instanceId}`, cause);
    go(group, member);
    endActivity(activity, clock, "Successful");
    return activity;
  });
  capacityChanged(context, group);
  return { Activities: activities.map((activity) => activityAnswer(group, activity)) };
}

/** Back in service; the desired capacity increases by their number. */
function exitStandby(context: AutoScalingContext, call: Call): JsonObject {
  const group = namedGroup(context.state, call);
  const { clock } = context.cloud;
  const members = namedMembers(group, call);
  const other = members.find(({ lifecycle }) => lifecycle !== "Standby");
  if (other !== undefined) throw validationError(`The instance ${other.instanceId} is not in Standby.`);
  const units = members.reduce((sum, { weight }) => sum + weight, 0);
  group.desired = readSizes({ DesiredCapacity: String(group.desired + units) }, group).desired;
  const activities = members.map((member) => {
    const activity = beginActivity(
      group,
      clock,
      `Moving EC2 instance out of Standby: ${member.instanceId}`,
      `instance ${member.instanceId} was moved out of standby in response to a user request, increasing the capacity.`,
    );
    member.lifecycle = "InService";
    member.inServiceAt = clock.now().toISOString();
    endActivity(activity, clock, "Successful");
    return activity;
  });
  return { Activities: activities.map((activity) => activityAnswer(group, activity)) };
}
