/** Tags, suspended processes and metrics of groups. */
import type { AccessCheck, Call, Operation } from "../../contract";
import { objects, texts } from "../ec2/input";
import { groupCheck, onNamedGroup } from "./access";
import { capacityChanged } from "./scheduling";
import { findGroup, namedGroup, required, validationError } from "./input";
import { readGroupTags } from "./settings";
import type { AutoScalingState, Group } from "./state";
import type { Ec2State } from "../ec2/state";

/** Source: Auto Scaling user guide, "Suspend and resume processes". */
const PROCESSES = [
  "Launch",
  "Terminate",
  "AddToLoadBalancer",
  "AlarmNotification",
  "AZRebalance",
  "HealthCheck",
  "InstanceRefresh",
  "ReplaceUnhealthy",
  "ScheduledActions",
];

/** Operations on what is attached to a group. */
export function attachmentOperations(
  state: AutoScalingState,
  ec2: Ec2State,
): Readonly<Record<string, Operation>> {
  return {
    CreateOrUpdateTags: {
      checks: (call) => tagChecks(state, call),
      run: (call) => {
        for (const group of taggedGroups(state, call)) {
          const own = objects(call.input, "Tags").filter((tag) => tag.ResourceId === group.name);
          group.tags = { ...group.tags, ...readGroupTags({ Tags: own }) };
        }
        return {};
      },
    },
    DeleteTags: {
      checks: (call) => tagChecks(state, call),
      run: (call) => {
        for (const group of taggedGroups(state, call)) {
          const own = objects(call.input, "Tags").filter((tag) => tag.ResourceId === group.name);
          const gone = Object.keys(readGroupTags({ Tags: own }));
          group.tags = Object.fromEntries(Object.entries(group.tags).filter(([key]) => !gone.includes(key)));
        }
        return {};
      },
    },
    SuspendProcesses: {
      checks: onNamedGroup(state),
      run: (call) => {
        const group = namedGroup(state, call);
        group.suspended = [...new Set([...group.suspended, ...processes(call)])];
        return {};
      },
    },
    ResumeProcesses: {
      checks: onNamedGroup(state),
      run: (call, cloud) => {
        const group = namedGroup(state, call);
        const resumed = processes(call);
        group.suspended = group.suspended.filter((name) => !resumed.includes(name));
        capacityChanged({ state, ec2, cloud }, group);
        return {};
      },
    },
    EnableMetricsCollection: {
      checks: onNamedGroup(state),
      run: (call) => {
        const group = namedGroup(state, call);
        group.metrics = [...new Set([...group.metrics, ...texts(call.input, "Metrics")])];
        return {};
      },
    },
    DisableMetricsCollection: {
      checks: onNamedGroup(state),
      run: (call) => {
        const group = namedGroup(state, call);
        const disabled = texts(call.input, "Metrics");
        group.metrics = group.metrics.filter((name) => disabled.length > 0 && !disabled.includes(name));
        return {};
      },
    },
  };
}

/** All processes when none is named. @throws ValidationError for a name that does not exist */
function processes(call: Call): readonly string[] {
  const named = texts(call.input, "ScalingProcesses");
  const unknown = named.find((name) => !PROCESSES.includes(name));
  if (unknown !== undefined) throw validationError(`${unknown} is not a valid process type.`);
  return named.length === 0 ? PROCESSES : named;
}

function groupNames(call: Call): readonly string[] {
  return [...new Set(objects(call.input, "Tags").map((tag) => required(tag, "ResourceId")))];
}

function tagChecks(state: AutoScalingState, call: Call): readonly AccessCheck[] {
  return groupNames(call).map((name) => {
    const own = objects(call.input, "Tags").filter((tag) => tag.ResourceId === name);
    const tags = Object.values(readGroupTags({ Tags: own })).map((tag) => [tag.key, tag.value] as const);
    return groupCheck(call, name, findGroup(state, call, name), Object.fromEntries(tags));
  });
}

function taggedGroups(state: AutoScalingState, call: Call): readonly Group[] {
  return groupNames(call).map((name) => {
    const group = findGroup(state, call, name);
    if (group === undefined) throw validationError(`AutoScalingGroup name not found - ${name}`);
    return group;
  });
}
