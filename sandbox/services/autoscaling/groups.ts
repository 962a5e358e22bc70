import { randomUUID } from "node:crypto";
import { autoScalingServiceLinkedRoleArn } from "../../../core/arn";
import { partitionOf } from "../../../core/regions";
import type { Call, Cloud, JsonObject, Operation } from "../../contract";
import { AwsError } from "../../contract";
import { flag, texts } from "../ec2/input";
import type { Ec2State } from "../ec2/state";
import { groupArn, groupCheck, onNamedGroup } from "./access";
import { capacityChanged, dismiss, removeIfEmpty, watchHealth, type Workshop } from "./capacity";
import { createChecks, updateChecks } from "./group-checks";
import { AWS_SERVICE } from "./launching";
import { activityAnswer } from "./activities";
import { findGroup, namedGroup, ownGroups, required, validationError } from "./input";
import {
  completeTemplate,
  readGroupTags,
  readPlaces,
  readSettings,
  readSizes,
  readTemplate,
} from "./settings";
import { groupKey, type AutoScalingState, type Group, type Member } from "./state";

/** Operations that change groups and their instances. */
export function groupOperations(state: AutoScalingState, ec2: Ec2State): Readonly<Record<string, Operation>> {
  const shop = (cloud: Cloud): Workshop => ({ state, ec2, cloud });
  return {
    CreateAutoScalingGroup: {
      checks: (call, cloud) => createChecks(ec2, call, cloud),
      run: (call, cloud) => create(shop(cloud), call),
    },
    UpdateAutoScalingGroup: {
      checks: (call, cloud) => updateChecks(state, ec2, call, cloud),
      run: (call, cloud) => update(shop(cloud), call),
    },
    DeleteAutoScalingGroup: {
      checks: onNamedGroup(state),
      run: (call, cloud) => remove(shop(cloud), call),
    },
    SetDesiredCapacity: {
      checks: onNamedGroup(state),
      run: (call, cloud) => {
        const group = namedGroup(state, call);
        required(call.input, "DesiredCapacity");
        group.desired = readSizes({ DesiredCapacity: call.input.DesiredCapacity }, group).desired;
        capacityChanged(shop(cloud), group);
        return {};
      },
    },
    TerminateInstanceInAutoScalingGroup: {
      checks: (call) => {
        const found = memberOf(state, call, required(call.input, "InstanceId"));
        return [groupCheck(call, found?.group.name ?? "*", found?.group)];
      },
      run: (call, cloud) => terminateMember(shop(cloud), call),
    },
    SetInstanceProtection: {
      checks: onNamedGroup(state),
      run: (call) => {
        const ids = texts(call.input, "InstanceIds");
        const protect = flag(call.input, "ProtectedFromScaleIn") === true;
        for (const member of namedGroup(state, call).members) {
          if (ids.includes(member.instanceId)) member.protectedFromScaleIn = protect;
        }
        return {};
      },
    },
  };
}

async function create(shop: Workshop, call: Call): Promise<JsonObject> {
  const { state, cloud } = shop;
  const name = required(call.input, "AutoScalingGroupName");
  const choice = readTemplate(call.input);
  if (choice === undefined) {
    throw validationError(
      "Valid requests must contain either LaunchTemplate or MixedInstancesPolicy parameter.",
    );
  }
  const sizes = readSizes(call.input);
  const places = await readPlaces(call, cloud);
  const template = await completeTemplate(shop.ec2, call, choice.template);
  await ensureServiceLinkedRole(call, cloud);
  if (findGroup(state, call, name) !== undefined) {
    throw new AwsError(
      "AlreadyExists",
      `AutoScalingGroup by this name already exists - A group with the name ${name} already exists`,
    );
  }
  const group: Group = {
    name,
    arn: groupArn(call, name, randomUUID()),
    account: call.caller.account,
    region: call.region,
    createdTime: cloud.clock.now().toISOString(),
    serviceLinkedRoleArn: autoScalingServiceLinkedRoleArn(partitionOf(call.region), call.caller.account),
    template,
    instanceType: choice.instanceType,
    ...sizes,
    ...places,
    settings: readSettings(call.input),
    tags: readGroupTags(call.input),
    suspended: [],
    metrics: [],
    members: [],
    activities: [],
    deleting: false,
    failures: 0,
    pausing: false,
  };
  state.groups[groupKey(group.account, group.region, name)] = group;
  capacityChanged(shop, group);
  watchHealth(shop, group);
  return {};
}

/** The first group of an account makes the role, if its creator may. @throws AccessDenied */
async function ensureServiceLinkedRole(call: Call, cloud: Cloud): Promise<void> {
  const { account } = call.caller;
  if ((await cloud.identities.serviceLinkedRole(account, AWS_SERVICE)) !== undefined) return;
  const resource = autoScalingServiceLinkedRoleArn(partitionOf(call.region), account);
  const verdict = await cloud.decide(call.caller, {
    action: "iam:CreateServiceLinkedRole",
    resource,
    context: { "iam:AWSServiceName": AWS_SERVICE },
  });
  if (!verdict.allowed) {
    throw new AwsError(
      "AccessDenied",
      `The default Service-Linked Role for Auto Scaling could not be created. User: ${call.caller.arn} is not authorized to perform: iam:CreateServiceLinkedRole on resource: ${resource}`,
      403,
    );
  }
  await cloud.identities.createServiceLinkedRole(account, AWS_SERVICE);
}

async function update(shop: Workshop, call: Call): Promise<JsonObject> {
  const { state, cloud } = shop;
  const group = namedGroup(state, call);
  const choice = readTemplate(call.input);
  const template = choice === undefined ? undefined : await completeTemplate(shop.ec2, call, choice.template);
  const moves = "VPCZoneIdentifier" in call.input || "AvailabilityZones" in call.input;
  const places = moves ? await readPlaces(call, cloud) : {};
  Object.assign(group, readSizes(call.input, group), places);
  group.settings = readSettings(call.input, group.settings);
  if (template !== undefined) {
    group.template = template;
    group.instanceType = choice?.instanceType;
    if (!("MixedInstancesPolicy" in call.input))
      group.settings = { ...group.settings, MixedInstancesPolicy: undefined };
  }
  capacityChanged(shop, group);
  return {};
}

function remove(shop: Workshop, call: Call): JsonObject {
  const group = namedGroup(shop.state, call);
  if (group.members.length > 0 && flag(call.input, "ForceDelete") !== true) {
    throw new AwsError(
      "ResourceInUse",
      "You cannot delete an AutoScalingGroup while there are instances or pending Spot instance request(s) still in the group.",
    );
  }
  group.deleting = true;
  group.desired = 0;
  removeIfEmpty(shop.state, group);
  capacityChanged(shop, group);
  return {};
}

interface Membership {
  readonly group: Group;
  readonly member: Member;
}

function memberOf(state: AutoScalingState, call: Call, instanceId: string): Membership | undefined {
  for (const group of ownGroups(state, call)) {
    const member = group.members.find((candidate) => candidate.instanceId === instanceId);
    if (member !== undefined) return { group, member };
  }
  return undefined;
}

function terminateMember(shop: Workshop, call: Call): JsonObject {
  const instanceId = required(call.input, "InstanceId");
  const found = memberOf(shop.state, call, instanceId);
  if (found === undefined)
    throw validationError(`Instance Id not found - No managed instance found for instance ID: ${instanceId}`);
  const { group, member } = found;
  if (flag(call.input, "ShouldDecrementDesiredCapacity") === true) {
    group.desired = readSizes({ DesiredCapacity: String(group.desired - 1) }, group).desired;
  }
  const activity = dismiss(
    shop,
    group,
    member,
    "instance was taken out of service in response to a user request.",
  );
  return { Activity: activityAnswer(group, activity) };
}
