import type { Call, JsonObject, Operation } from "../../../contract";
import { AwsError } from "../../../contract";
import { anyResource, ec2Arn, ownCheck } from "../access";
import { checkId, notFound } from "../errors";
import { applyFilters, type FilterTable } from "../filters";
import { flag, requiredText, texts } from "../input";
import { ec2Operation } from "../operation";
import { page } from "../pages";
import type { Ec2State, Instance } from "../state";
import { tagsOf } from "../tags/tags";
import { health, instanceFilters, STATUS_FILTERS } from "./filters";
import { ownInstance, volumesOf } from "./lifecycle";
import { attachmentAnswer, instanceAnswer, stateAnswer } from "./wire";

const ATTRIBUTES: Readonly<Record<string, (state: Ec2State, instance: Instance) => JsonObject>> = {
  instanceType: (_state, instance) => ({ instanceType: { value: instance.instanceType } }),
  userData: (_state, instance) => ({ userData: { value: instance.settings.userData } }),
  disableApiTermination: (_state, instance) => ({
    disableApiTermination: { value: instance.settings.disableApiTermination ?? false },
  }),
  disableApiStop: (_state, instance) => ({
    disableApiStop: { value: instance.settings.disableApiStop ?? false },
  }),
  instanceInitiatedShutdownBehavior: (_state, instance) => ({
    instanceInitiatedShutdownBehavior: { value: instance.settings.shutdownBehavior ?? "stop" },
  }),
  rootDeviceName: (_state, instance) => ({ rootDeviceName: { value: instance.traits.rootDeviceName } }),
  blockDeviceMapping: (state, instance) => ({
    blockDeviceMapping: volumesOf(state, instance).map(attachmentAnswer),
  }),
  ebsOptimized: (_state, instance) => ({ ebsOptimized: { value: instance.settings.ebsOptimized ?? false } }),
  sourceDestCheck: (_state, instance) => ({
    sourceDestCheck: { value: instance.settings.sourceDestCheck ?? true },
  }),
  enaSupport: (_state, instance) => ({ enaSupport: { value: instance.traits.enaSupport } }),
  groupSet: (_state, instance) => ({ groupSet: instance.securityGroups.map((group) => ({ ...group })) }),
};

/** DescribeInstances, DescribeInstanceStatus, DescribeInstanceAttribute. */
export function describeInstanceOperations(state: Ec2State): Readonly<Record<string, Operation>> {
  return {
    DescribeInstances: ec2Operation({
      parameters: ["InstanceId", "Filter", "MaxResults", "NextToken"],
      checks: anyResource,
      run: (call) => describe(state, call),
    }),
    DescribeInstanceStatus: ec2Operation({
      parameters: ["InstanceId", "Filter", "IncludeAllInstances", "MaxResults", "NextToken"],
      checks: anyResource,
      run: (call) => status(state, call),
    }),
    DescribeInstanceAttribute: ec2Operation({
      parameters: ["InstanceId", "Attribute"],
      checks: (call) => [ownCheck(call, ec2Arn(call, `instance/${requiredText(call.input, "InstanceId")}`))],
      run: (call) => attribute(state, call),
    }),
  };
}

function selected(state: Ec2State, call: Call, filters: FilterTable<Instance>): readonly Instance[] {
  const { account } = call.caller;
  const isOwn = (item: Instance | undefined): item is Instance =>
    item?.owner === account && item.region === call.region;
  const ids = [...new Set(texts(call.input, "InstanceId"))];
  for (const id of ids) checkId("instance", id);
  const missing = ids.filter((id) => !isOwn(state.instances[id]));
  if (missing.length > 0) throw notFound("instance", ...missing);
  const wanted = ids.length > 0 ? ids.map((id) => state.instances[id]) : Object.values(state.instances);
  return applyFilters(wanted.filter(isOwn), call.input, filters, (instance) =>
    tagsOf(state, account, instance.instanceId),
  );
}

function describe(state: Ec2State, call: Call): JsonObject {
  const { items, nextToken } = page(selected(state, call, instanceFilters(state)), call.input);
  const reservations = new Map<string, Instance[]>();
  for (const instance of items) {
    reservations.set(instance.reservationId, [...(reservations.get(instance.reservationId) ?? []), instance]);
  }
  const { account } = call.caller;
  return {
    reservationSet: [...reservations.values()].map((instances) =>
      reservationAnswer(state, account, instances),
    ),
    nextToken,
  };
}

/** Instances that were launched together. */
export function reservationAnswer(
  state: Ec2State,
  account: string,
  instances: readonly Instance[],
): JsonObject {
  return {
    reservationId: instances[0]?.reservationId,
    ownerId: account,
    groupSet: [],
    instancesSet: instances.map((instance) =>
      instanceAnswer(instance, volumesOf(state, instance), tagsOf(state, account, instance.instanceId)),
    ),
  };
}

function status(state: Ec2State, call: Call): JsonObject {
  const all = flag(call.input, "IncludeAllInstances") === true;
  const listed = selected(state, call, STATUS_FILTERS).filter(
    (instance) => all || instance.state === "running",
  );
  const { items, nextToken } = page(listed, call.input);
  return { instanceStatusSet: items.map(statusAnswer), nextToken };
}

function statusAnswer(instance: Instance): JsonObject {
  const details = instance.state === "running" ? [{ name: "reachability", status: "passed" }] : undefined;
  const summary: JsonObject = { status: health(instance), details };
  return {
    instanceId: instance.instanceId,
    availabilityZone: instance.availabilityZone,
    instanceState: stateAnswer(instance.state),
    instanceStatus: summary,
    systemStatus: summary,
  };
}

function attribute(state: Ec2State, call: Call): JsonObject {
  const instance = ownInstance(state, call, requiredText(call.input, "InstanceId"));
  const name = requiredText(call.input, "Attribute");
  const answer = Object.hasOwn(ATTRIBUTES, name) ? ATTRIBUTES[name] : undefined;
  if (answer === undefined) {
    throw new AwsError("InvalidParameterValue", `Value (${name}) for parameter attribute is invalid.`);
  }
  return { instanceId: instance.instanceId, ...answer(state, instance) };
}
