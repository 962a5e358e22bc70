/** StartInstanceRefresh, CancelInstanceRefresh, RollbackInstanceRefresh, DescribeInstanceRefreshes. */
import { randomUUID } from "node:crypto";
import type { Call, Cloud, JsonObject, Operation } from "../../contract";
import { AwsError } from "../../contract";
import { object, text, texts } from "../ec2/input";
import { parameterOf } from "../ec2/instances/image-id";
import { findTemplate } from "../ec2/instances/template";
import { page } from "../ec2/pages";
import type { Ec2State } from "../ec2/state";
import { onAnything, onNamedGroup } from "./access";
import { completeConfiguration, readConfiguration } from "./configuration";
import { templateChecks } from "./group-checks";
import { requirementsOf } from "./instance-requirements";
import { namedGroup, validationError } from "./input";
import { preferencesAnswer, readPreferences } from "./refresh-preferences";
import { goOnRefreshing, progressOf, rollBack } from "./refreshing";
import {
  activeRefresh,
  isLeaving,
  type AutoScalingState,
  type Configuration,
  type Group,
  type InstanceRefresh,
  type Member,
  type RefreshPreferences,
} from "./state";
import { scheduleReconcile, type AutoScalingContext } from "./scheduling";

export function refreshOperations(
  state: AutoScalingState,
  ec2: Ec2State,
): Readonly<Record<string, Operation>> {
  const context = (cloud: Cloud): AutoScalingContext => ({ state, ec2, cloud });
  return {
    StartInstanceRefresh: {
      checks: async (call, cloud) => {
        const desired = object(call.input, "DesiredConfiguration");
        return [
          ...(await onNamedGroup(state)(call, cloud)),
          ...(await templateChecks(ec2, call, cloud, desired)),
        ];
      },
      run: (call, cloud) => start(context(cloud), call),
    },
    CancelInstanceRefresh: {
      checks: onNamedGroup(state),
      run: (call) => {
        const refresh = active(namedGroup(state, call));
        refresh.status = "Cancelling";
        refresh.reason = "Cancelled due to user request.";
        return { InstanceRefreshId: refresh.id };
      },
    },
    RollbackInstanceRefresh: {
      checks: onNamedGroup(state),
      run: (call, cloud) => {
        const group = namedGroup(state, call);
        const refresh = active(group);
        const obstacle = irreversible(ec2, group, refresh.desired);
        if (obstacle !== undefined) throw new AwsError("IrreversibleInstanceRefresh", obstacle);
        if (refresh.rollback === undefined)
          rollBack(context(cloud), group, refresh, "Rolled back due to user request.");
        return { InstanceRefreshId: refresh.id };
      },
    },
    DescribeInstanceRefreshes: {
      checks: onAnything,
      run: (call, cloud) => {
        const group = namedGroup(state, call);
        const ids = texts(call.input, "InstanceRefreshIds");
        const wanted = group.refreshes.filter(({ id }) => ids.length === 0 || ids.includes(id));
        const { items, nextToken } = page(wanted, call.input, "MaxRecords");
        return {
          InstanceRefreshes: items.map((refresh) => refreshAnswer(cloud, group, refresh)),
          NextToken: nextToken,
        };
      },
    },
  };
}

/** @throws ActiveInstanceRefreshNotFound */
function active(group: Group): InstanceRefresh {
  const refresh = activeRefresh(group);
  if (refresh !== undefined) return refresh;
  throw new AwsError(
    "ActiveInstanceRefreshNotFound",
    `No in progress or pending Instance Refresh found for Auto Scaling group ${group.name}`,
  );
}

/** @throws InstanceRefreshInProgress while another one is in progress, ValidationError */
async function start(context: AutoScalingContext, call: Call): Promise<JsonObject> {
  const group = namedGroup(context.state, call);
  if (activeRefresh(group) !== undefined) {
    throw new AwsError(
      "InstanceRefreshInProgress",
      "An Instance Refresh is already in progress and blocks the execution of this Instance Refresh.",
    );
  }
  const strategy = text(call.input, "Strategy") ?? "Rolling";
  if (strategy !== "Rolling") {
    throw validationError(
      `The rehearsal cloud does not implement the strategy ${strategy} of StartInstanceRefresh.`,
    );
  }
  const desiredAnswer = object(call.input, "DesiredConfiguration");
  const given = readConfiguration(desiredAnswer);
  const desired = given && (await completeConfiguration(context.ec2, call, given));
  const preferences = readPreferences(object(call.input, "Preferences"), group);
  refuseWithParameter(context.ec2, group, desired, preferences);
  const obstacle = preferences.autoRollback ? irreversible(context.ec2, group, desired) : undefined;
  if (obstacle !== undefined) throw validationError(obstacle);
  const now = context.cloud.clock.now().toISOString();
  const remaining = group.members
    .filter(({ lifecycle }) => !isLeaving(lifecycle))
    .filter((member) => !preferences.skipMatching || !matches(context.ec2, group, member, desired))
    .map(({ instanceId }) => instanceId);
  const refresh: InstanceRefresh = {
    id: randomUUID(),
    preferences,
    desired,
    desiredAnswer: desired && desiredAnswer,
    status: "Pending",
    startTime: now,
    remaining,
    total: remaining.length,
    waited: 0,
    extra: 0,
    passed: 0,
    pause: 0,
    inService: {},
  };
  group.refreshes = [refresh, ...group.refreshes];
  goOnRefreshing(context, group, refresh);
  scheduleReconcile(context, group);
  return { InstanceRefreshId: refresh.id };
}

/**
 * Source: Auto Scaling user guide, "Using AWS Systems Manager parameters instead of AMI IDs in launch templates",
 * Limitations.
 * @throws ValidationError for a desired configuration or skip matching of a group whose template names a parameter
 */
function refuseWithParameter(
  ec2: Ec2State,
  group: Group,
  desired: Configuration | undefined,
  { skipMatching }: RefreshPreferences,
): void {
  if (desired === undefined && !skipMatching) return;
  const namesParameter = group.configuration.options.some(({ template, imageId }) => {
    const image = imageId ?? findTemplate(ec2, group, template).specification.imageId ?? "";
    return parameterOf(image) !== undefined;
  });
  if (!namesParameter) return;
  throw validationError(
    `An instance refresh with ${desired === undefined ? "skip matching" : "a desired configuration"} is not supported while the Auto Scaling group's launch template uses a Systems Manager parameter instead of an AMI ID.`,
  );
}

/** Why a refresh cannot be rolled back. Source: Auto Scaling API reference, "RefreshPreferences", AutoRollback. */
function irreversible(ec2: Ec2State, group: Group, desired: Configuration | undefined): string | undefined {
  if (desired === undefined) return "A rollback needs a desired configuration, and none was specified.";
  for (const { template, imageId } of group.configuration.options) {
    if (!/^\d+$/.test(template.version ?? "$Default")) {
      return "A rollback is not supported when the Auto Scaling group uses the launch template's $Latest or $Default version.";
    }
    const image = imageId ?? findTemplate(ec2, group, template).specification.imageId ?? "";
    if (parameterOf(image) !== undefined) {
      return "A rollback is not supported when the launch template uses a Systems Manager parameter instead of an AMI ID.";
    }
  }
  return undefined;
}

/** Whether the instance is already what the refresh would launch. */
function matches(ec2: Ec2State, group: Group, member: Member, desired: Configuration | undefined): boolean {
  return (desired ?? group.configuration).options.some((option) => {
    const template = findTemplate(ec2, group, option.template);
    const { id, version, specification } = template;
    const isSameType =
      requirementsOf(option, template) !== undefined ||
      member.instanceType === (option.instanceType ?? specification.instanceType);
    const isSameImage = option.imageId === undefined || option.imageId === member.imageId;
    return id === member.template?.id && version === member.template.version && isSameType && isSameImage;
  });
}

function refreshAnswer(cloud: Cloud, group: Group, refresh: InstanceRefresh): JsonObject {
  const { done, left } = progressOf({ cloud }, group, refresh);
  const { preferences, rollback } = refresh;
  return {
    InstanceRefreshId: refresh.id,
    AutoScalingGroupName: group.name,
    Status: refresh.status,
    StatusReason: refresh.reason,
    StartTime: refresh.startTime,
    EndTime: refresh.endTime,
    PercentageComplete: done,
    InstancesToUpdate: left,
    Strategy: "Rolling",
    DesiredConfiguration: refresh.desiredAnswer,
    Preferences: preferencesAnswer(preferences),
    RollbackDetails: rollback && {
      RollbackReason: rollback.reason,
      RollbackStartTime: rollback.startTime,
      PercentageCompleteOnRollback: rollback.percentage,
    },
  };
}
