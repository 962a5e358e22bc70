/** RequestSpotFleet. Source: EC2 API reference, "RequestSpotFleet", "SpotFleetRequestConfigData"; EC2 user guide, "Spot Fleet permissions". */
import { randomUUID } from "node:crypto";
import { isRoleArn } from "./role";
import type { AccessCheck, Call, Cloud, JsonObject } from "../../../../contract";
import { AwsError } from "../../../../contract";
import { ec2Arn, ownCheck, requestTagContext, tagOnCreateCheck } from "../../access";
import { remember, remembered } from "../../answers";
import { flag, invalidValue, object, objects, requiredText, text } from "../../input";
import { launchChecks } from "../../instances/run";
import { placeOf } from "../../launch-templates/find";
import { ec2Operation } from "../../operation";
import type { Ec2State, Fleet, FleetOption, FleetTarget } from "../../state";
import { readTagSpecifications, setTags } from "../../tags/tags";
import { refuseParameters, templateChecks } from "../create";
import { fleetRole, fulfilLater } from "../fulfil";
import { fleetSpecification, readOptions, readTarget } from "../options";
import { specificationOptions } from "./launch-specifications";

/** The supported parameters of a request; prices and strategies have no effect: there is always capacity, at one price. */
const KNOWN = [
  "AllocationStrategy",
  "ClientToken",
  "ExcessCapacityTerminationPolicy",
  "IamFleetRole",
  "InstanceInterruptionBehavior",
  "InstancePoolsToUseCount",
  "LaunchSpecifications",
  "LaunchTemplateConfigs",
  "OnDemandTargetCapacity",
  "ReplaceUnhealthyInstances",
  "SpotPrice",
  "TagSpecification",
  "TargetCapacity",
  "TerminateInstancesWithExpiration",
  "Type",
];
const TYPES = ["maintain", "request"] as const;
const POLICIES = { default: "termination", noTermination: "no-termination" } as const;

/**
 * A Spot Fleet launches under the service-linked role of EC2 Spot Fleet, which must already exist and must be allowed
 * to use the keys of its volumes.
 */
export function requestSpotFleet(state: Ec2State) {
  return ec2Operation({
    parameters: ["SpotFleetRequestConfig"],
    checks: (call, cloud) => checks(state, configured(call), cloud),
    run: (call, cloud) => run(state, configured(call), cloud),
  });
}

/** The call with the configuration as its input, so that it can be read like a call of CreateFleet. */
function configured(call: Call): Call {
  const config = object(call.input, "SpotFleetRequestConfig");
  const unknown = Object.keys(config).find((name) => !KNOWN.includes(name));
  if (unknown !== undefined) {
    throw new AwsError(
      "UnsupportedOperation",
      `The rehearsal cloud does not implement ${unknown} of RequestSpotFleet.`,
    );
  }
  return { ...call, input: config };
}

/** The caller must be allowed to launch what the fleet launches, and to pass the fleet its role. */
async function checks(state: Ec2State, call: Call, cloud: Cloud): Promise<readonly AccessCheck[]> {
  const { "spot-fleet-request": tags } = readTagSpecifications(call.input, ["spot-fleet-request"]);
  const resource = ec2Arn(call, "spot-fleet-request/*");
  const wanted: AccessCheck[] = [
    ownCheck(call, resource, requestTagContext(tags)),
    ...tagOnCreateCheck(call, resource, tags),
    {
      action: "iam:PassRole",
      resource: fleetRoleArn(call),
      context: { "iam:PassedToService": "spotfleet.amazonaws.com" },
    },
  ];
  for (const option of requestedOptions(state, call)) {
    wanted.push(...templateChecks(call, option));
    const specification = fleetSpecification(state, placeOf(call), option);
    wanted.push(...(await launchChecks(state, call, cloud, specification)));
  }
  return wanted;
}

/** @throws InvalidSpotFleetRequestConfig */
function fleetRoleArn(call: Call): string {
  const arn = requiredText(call.input, "IamFleetRole");
  if (isRoleArn(arn, call.caller.account)) return arn;
  throw invalidConfig("IamFleetRole");
}

function invalidConfig(parameter: string): AwsError {
  return new AwsError(
    "InvalidSpotFleetRequestConfig",
    `Parameter: SpotFleetRequestConfig.${parameter} is invalid.`,
  );
}

/**
 * Launch specifications or launch templates, never both; On-Demand capacity requires templates.
 * @throws InvalidSpotFleetRequestConfig, and EC2's errors for templates
 */
function requestedOptions(state: Ec2State, call: Call): readonly FleetOption[] {
  const specifications = objects(call.input, "LaunchSpecifications");
  if (specifications.length === 0) return readOptions(state, call);
  if (objects(call.input, "LaunchTemplateConfigs").length > 0) throw invalidConfig("LaunchSpecifications");
  if (spotTarget(call.input).onDemand > 0) throw invalidConfig("OnDemandTargetCapacity");
  return specificationOptions(specifications);
}

async function run(state: Ec2State, call: Call, cloud: Cloud): Promise<JsonObject> {
  const [earlier] = remembered(state, call) ?? [];
  if (earlier !== undefined) return { spotFleetRequestId: earlier };
  const { "spot-fleet-request": tags } = readTagSpecifications(call.input, ["spot-fleet-request"]);
  const type = oneOf(TYPES, call.input, "Type", "maintain");
  const options = requestedOptions(state, call);
  refuseParameters(state, call, options, `${type} of a Spot Fleet`);
  await fleetRole(cloud, call.caller.account, "spotFleet");
  const fleet: Fleet = {
    fleetId: `sfr-${randomUUID()}`,
    spotFleet: {
      iamFleetRole: fleetRoleArn(call),
      allocationStrategy: text(call.input, "AllocationStrategy") ?? "lowestPrice",
      launchSpecifications: objects(call.input, "LaunchSpecifications"),
    },
    type,
    owner: call.caller.account,
    region: call.region,
    createTime: cloud.clock.now().toISOString(),
    clientToken: text(call.input, "ClientToken"),
    replaceUnhealthy: flag(call.input, "ReplaceUnhealthyInstances") === true,
    excessPolicy: readExcess(call.input, "termination"),
    target: spotTarget(call.input),
    options,
    instances: [],
    failures: [],
    state: "submitted",
  };
  fulfilLater(cloud, fleet);
  state.fleets[fleet.fleetId] = fleet;
  setTags(state, fleet.owner, fleet.fleetId, tags);
  remember(state, call, [fleet.fleetId]);
  return { spotFleetRequestId: fleet.fleetId };
}

/** All capacity that is not requested as On-Demand is Spot. */
export function spotTarget(input: JsonObject, current?: FleetTarget): FleetTarget {
  const target = {
    TotalTargetCapacity: text(input, "TargetCapacity") ?? current?.total.toString(),
    OnDemandTargetCapacity: text(input, "OnDemandTargetCapacity") ?? current?.onDemand.toString(),
    DefaultTargetCapacityType: "spot",
  };
  return readTarget({ TargetCapacitySpecification: target });
}

export function readExcess(input: JsonObject, current: Fleet["excessPolicy"]): Fleet["excessPolicy"] {
  const given = text(input, "ExcessCapacityTerminationPolicy");
  if (given === undefined) return current;
  return POLICIES[oneOf(["default", "noTermination"], input, "ExcessCapacityTerminationPolicy", "default")];
}

function oneOf<const T extends string>(values: readonly T[], input: JsonObject, name: string, usual: T): T {
  const given = text(input, name) ?? usual;
  const found = values.find((value) => value === given);
  if (found === undefined) throw invalidValue(name, given);
  return found;
}
