import type { AccessCheck, Call, Caller, Cloud, JsonObject } from "../../../contract";
import { AwsError } from "../../../contract";
import { ec2Arn, ownCheck, requestTagContext, tagOnCreateCheck } from "../access";
import { remember, remembered } from "../answers";
import { newId } from "../ids";
import { invalidValue, isObject, missingParameter, object, objects, text, whole } from "../input";
import { parameterOf } from "../instances/image-id";
import { launch } from "../instances/launch";
import { launchChecks } from "../instances/run";
import { mergeSpecifications, readSpecification, type LaunchSpecification } from "../instances/specification";
import { findTemplate, readTemplateReference, type FoundTemplate } from "../instances/template";
import { placeOf } from "../launch-templates/find";
import { ec2Operation } from "../operation";
import type { Ec2State, Fleet, Instance } from "../state";
import { readTagSpecifications, setTags } from "../tags/tags";
import { createdInstances } from "./wire";

const AWS_SERVICE = "ec2fleet.amazonaws.com";

/** What a fleet launches: the first of its configurations. */
interface Choice {
  readonly template: FoundTemplate;
  readonly override: JsonObject;
  readonly specification: LaunchSpecification;
}

/**
 * CreateFleet of type instant, on demand: launches once, under the service-linked role of EC2 Fleet, and answers what
 * it launched. Source: EC2 user guide, "EC2 Fleet", request types and service-linked role.
 */
export function createFleet(state: Ec2State) {
  return ec2Operation({
    parameters: [
      "Type",
      "LaunchTemplateConfigs",
      "TargetCapacitySpecification",
      "OnDemandOptions",
      "TagSpecification",
      "ClientToken",
      "TerminateInstancesWithExpiration",
      "ReplaceUnhealthyInstances",
      "ExcessCapacityTerminationPolicy",
    ],
    checks: (call, cloud) => checks(state, call, cloud),
    run: (call, cloud) => run(state, call, cloud),
  });
}

/** The creator must be allowed to launch what the fleet launches. */
async function checks(state: Ec2State, call: Call, cloud: Cloud): Promise<readonly AccessCheck[]> {
  const { fleet: tags } = readTagSpecifications(call.input, ["fleet", "instance", "volume"]);
  const resource = ec2Arn(call, "fleet/*");
  const { template, specification } = choiceOf(state, call);
  return [
    ownCheck(call, resource, requestTagContext(tags)),
    ownCheck(call, ec2Arn(call, `launch-template/${template.id}`)),
    ...tagOnCreateCheck(call, resource, tags),
    ...(await launchChecks(state, call, cloud, specification)),
  ];
}

/** @throws InvalidParameterValue, MissingParameter, and what EC2 says about a launch template that is not there */
function choiceOf(state: Ec2State, call: Call): Choice {
  const [config] = objects(call.input, "LaunchTemplateConfigs");
  if (config === undefined) throw missingParameter("LaunchTemplateConfigs");
  const reference = readTemplateReference(object(config, "LaunchTemplateSpecification"));
  if (reference === undefined) throw missingParameter("LaunchTemplateId");
  const template = findTemplate(state, placeOf(call), reference);
  const override = bestOverride(objects(config, "Overrides"));
  const tags = readTagSpecifications(call.input, ["fleet", "instance", "volume"]);
  const own = readSpecification(
    {
      ImageId: override.ImageId,
      InstanceType: override.InstanceType,
      SubnetId: override.SubnetId,
      Placement: { AvailabilityZone: override.AvailabilityZone },
      BlockDeviceMapping: override.BlockDeviceMapping,
    },
    tags,
  );
  return { template, override, specification: mergeSpecifications(own, template.specification) };
}

const OVERRIDES = [
  "ImageId",
  "InstanceType",
  "SubnetId",
  "AvailabilityZone",
  "BlockDeviceMapping",
  "Priority",
];

/** The one with the highest priority, which is the lowest number; without priorities the first. */
function bestOverride(overrides: readonly JsonObject[]): JsonObject {
  for (const override of overrides) {
    const unknown = Object.keys(override).find((name) => !OVERRIDES.includes(name));
    if (unknown === undefined) continue;
    throw new AwsError(
      "UnsupportedOperation",
      `The rehearsal cloud does not implement the override ${unknown} of CreateFleet.`,
    );
  }
  const priority = (override: JsonObject): number => Number(text(override, "Priority") ?? Infinity);
  const [best] = [...overrides].sort((a, b) => priority(a) - priority(b) || 0);
  return isObject(best) ? best : {};
}

async function run(state: Ec2State, call: Call, cloud: Cloud): Promise<JsonObject> {
  const [earlier] = remembered(state, call) ?? [];
  const made = earlier === undefined ? undefined : state.fleets[earlier];
  const choice = choiceOf(state, call);
  if (made !== undefined) return answer(made, choice);
  refuseTypes(call, choice.specification.imageId);
  const count = onDemandCount(call);
  const launcher = await serviceLinkedRole(call, cloud);
  const instances: Instance[] = [];
  const failure = await attempt(async () => {
    const request = { launcher, region: call.region, specification: choice.specification, count };
    instances.push(...(await launch(state, cloud, request)));
  });
  const fleet: Fleet = {
    fleetId: newId("fleet"),
    owner: call.caller.account,
    region: call.region,
    createTime: cloud.clock.now().toISOString(),
    clientToken: text(call.input, "ClientToken"),
    targetCapacity: count,
    instanceIds: instances.map(({ instanceId }) => instanceId),
    template: { id: choice.template.id, name: choice.template.name, version: choice.template.version },
    instanceType: instances[0]?.instanceType,
    failure,
    state: "active",
  };
  state.fleets[fleet.fleetId] = fleet;
  const tags = readTagSpecifications(call.input, ["fleet", "instance", "volume"]);
  setTags(state, fleet.owner, fleet.fleetId, tags.fleet);
  for (const { instanceId } of instances) {
    setTags(state, fleet.owner, instanceId, { "aws:ec2:fleet-id": fleet.fleetId });
  }
  remember(state, call, [fleet.fleetId]);
  return answer(fleet, choice);
}

/** A fleet exists even when nothing could be launched; it says why. */
async function attempt(work: () => Promise<void>): Promise<Fleet["failure"]> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { code: error.code, message: error.message };
  }
}

/** @throws InvalidParameterValue, UnsupportedOperation for fleets that go on launching by themselves */
function refuseTypes(call: Call, imageId: string | undefined): void {
  const type = text(call.input, "Type") ?? "maintain";
  if (!["instant", "maintain", "request"].includes(type)) throw invalidValue("Type", type);
  if (type === "instant") return;
  if (imageId !== undefined && parameterOf(imageId) !== undefined) {
    throw new AwsError(
      "InvalidParameterValue",
      `A fleet of type ${type} needs the id of an AMI; Systems Manager parameters (${imageId}) work for type instant only.`,
    );
  }
  throw new AwsError("UnsupportedOperation", `The rehearsal cloud does not model fleets of type ${type}.`);
}

/** @throws UnsupportedOperation for Spot Instances and capacity in other units */
function onDemandCount(call: Call): number {
  const target = object(call.input, "TargetCapacitySpecification");
  const total = whole(target, "TotalTargetCapacity");
  if (total === undefined) throw missingParameter("TotalTargetCapacity");
  const type = text(target, "DefaultTargetCapacityType") ?? "on-demand";
  const spot = whole(target, "SpotTargetCapacity") ?? 0;
  const unit = text(target, "TargetCapacityUnitType") ?? "units";
  const onDemand = whole(target, "OnDemandTargetCapacity") ?? (type === "on-demand" ? total : 0);
  if (spot === 0 && unit === "units" && onDemand === total) return total;
  throw new AwsError(
    "UnsupportedOperation",
    "The rehearsal cloud models fleets of On-Demand Instances only.",
  );
}

/** Who launches. With the API the role has to be there before. Source: EC2 user guide, "EC2 Fleet prerequisites". */
async function serviceLinkedRole(call: Call, cloud: Cloud): Promise<Caller> {
  const role = await cloud.identities.serviceLinkedRole(call.caller.account, AWS_SERVICE);
  if (role !== undefined) return role;
  throw new AwsError(
    "InvalidParameterValue",
    `The service-linked role AWSServiceRoleForEC2Fleet does not exist; create it for ${AWS_SERVICE} first.`,
  );
}

function answer(fleet: Fleet, choice: Choice): JsonObject {
  return { fleetId: fleet.fleetId, ...createdInstances(fleet, choice.override) };
}
