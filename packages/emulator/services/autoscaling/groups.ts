import { randomUUID } from "node:crypto";
import { autoScalingServiceLinkedRoleArn, partitionOf } from "@keyferry/common";
import type { Call, Cloud, JsonObject, Operation } from "../../contract";
import { AwsError } from "../../contract";
import { flag } from "../ec2/input";
import type { Ec2State } from "../ec2/state";
import { groupArn, onNamedGroup } from "./access";
import { watchHealth } from "./capacity";
import { completeConfiguration, readConfiguration } from "./configuration";
import { createChecks, updateChecks } from "./group-checks";
import { AWS_SERVICE } from "./launching";
import { readHooks } from "./hooks";
import { findGroup, namedGroup, required, validationError } from "./input";
import { readGroupTags, readPlaces, readSettings, readSizes } from "./settings";
import { groupKey, type AutoScalingState, type Group } from "./state";
import { capacityChanged, removeIfEmpty, type AutoScalingContext } from "./scheduling";

/** Operations that change groups and their instances. */
export function groupOperations(state: AutoScalingState, ec2: Ec2State): Readonly<Record<string, Operation>> {
  const context = (cloud: Cloud): AutoScalingContext => ({ state, ec2, cloud });
  return {
    CreateAutoScalingGroup: {
      checks: (call, cloud) => createChecks(ec2, call, cloud),
      run: (call, cloud) => create(context(cloud), call),
    },
    UpdateAutoScalingGroup: {
      checks: (call, cloud) => updateChecks(state, ec2, call, cloud),
      run: (call, cloud) => update(context(cloud), call),
    },
    DeleteAutoScalingGroup: {
      checks: onNamedGroup(state),
      run: (call, cloud) => remove(context(cloud), call),
    },
    SetDesiredCapacity: {
      checks: onNamedGroup(state),
      run: (call, cloud) => {
        const group = namedGroup(state, call);
        required(call.input, "DesiredCapacity");
        group.desired = readSizes({ DesiredCapacity: call.input.DesiredCapacity }, group).desired;
        capacityChanged(context(cloud), group);
        return {};
      },
    },
  };
}

async function create(context: AutoScalingContext, call: Call): Promise<JsonObject> {
  const { state, cloud } = context;
  const name = required(call.input, "AutoScalingGroupName");
  const given = readConfiguration(call.input);
  if (given === undefined) {
    throw validationError(
      "LaunchTemplate" in call.input
        ? "Valid requests must contain either launchTemplateId or LaunchTemplateName"
        : "Valid requests must contain either LaunchTemplate or MixedInstancesPolicy parameter.",
    );
  }
  const sizes = readSizes(call.input);
  const places = await readPlaces(call, cloud);
  const configuration = await completeConfiguration(context.ec2, call, given);
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
    configuration,
    ...sizes,
    ...places,
    settings: readSettings(call.input),
    tags: readGroupTags(call.input),
    suspended: [],
    metrics: [],
    members: [],
    hooks: readHooks(call.input),
    policies: {},
    refreshes: [],
    activities: [],
    deleting: false,
    failures: 0,
    pausing: false,
  };
  state.groups[groupKey(group.account, group.region, name)] = group;
  capacityChanged(context, group);
  watchHealth(context, group);
  return {};
}

/** Creating an account's first group also creates the role, if the caller may create it. @throws AccessDenied */
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

async function update(context: AutoScalingContext, call: Call): Promise<JsonObject> {
  const { state, cloud } = context;
  const group = findGroup(state, call, required(call.input, "AutoScalingGroupName"));
  // AWS does not name the group in this text. Source: moto's AWS-verified tests.
  if (group === undefined) throw validationError("AutoScalingGroup name not found - null");
  const given = readConfiguration(call.input);
  const configuration = given && (await completeConfiguration(context.ec2, call, given));
  const moves = "VPCZoneIdentifier" in call.input || "AvailabilityZones" in call.input;
  const places = moves ? await readPlaces(call, cloud) : {};
  Object.assign(group, readSizes(call.input, group), places);
  group.settings = readSettings(call.input, group.settings);
  group.configuration = configuration ?? group.configuration;
  capacityChanged(context, group);
  return {};
}

function remove(context: AutoScalingContext, call: Call): JsonObject {
  const group = namedGroup(context.state, call);
  if (group.members.length > 0 && flag(call.input, "ForceDelete") !== true) {
    throw new AwsError(
      "ResourceInUse",
      "You cannot delete an AutoScalingGroup while there are instances or pending Spot instance request(s) still in the group.",
    );
  }
  group.deleting = true;
  group.desired = 0;
  removeIfEmpty(context.state, group);
  capacityChanged(context, group);
  return {};
}
