import type { AccessCheck, Call, Cloud, JsonObject } from "../../../contract";
import { AwsError } from "../../../contract";
import { ec2Arn, ownCheck, requestTagContext, tagOnCreateCheck } from "../access";
import { remember, remembered } from "../answers";
import { newId } from "../ids";
import { flag, invalidValue, text } from "../input";
import { parameterOf } from "../instances/image-id";
import { launchChecks } from "../instances/run";
import { spotRole } from "../instances/spot";
import { placeOf } from "../launch-templates/find";
import { ec2Operation } from "../operation";
import type { Ec2State, Fleet, FleetOption } from "../state";
import { readTagSpecifications, setTags, type Tags } from "../tags/tags";
import { fleetRole, fulfilLater, launchMissing, type FleetLauncher } from "./fulfil";
import { fleetSpecification, readOptions, readTarget } from "./options";
import { failureAnswers, instanceAnswers } from "./wire";

const TYPES = ["instant", "maintain", "request"] as const;
const POLICIES = ["termination", "no-termination"] as const;

/**
 * CreateFleet. A fleet of type instant launches once and returns what it launched; fleets of the other types launch
 * afterwards, and a fleet of type maintain continues to replace missing instances. Those launch under the
 * service-linked role of EC2 Fleet, which a fleet of type instant does not require: it launches as its creator, as
 * RunInstances does. There is always Spot capacity, at one price: allocation strategies are accepted and have no
 * effect. Source: EC2 user guide, "EC2 Fleet request types"; "EC2 Fleet prerequisites", service-linked role.
 */
export function createFleet(state: Ec2State) {
  return ec2Operation({
    parameters: [
      "Type",
      "LaunchTemplateConfigs",
      "TargetCapacitySpecification",
      "OnDemandOptions",
      "SpotOptions",
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
  const tags = tagsFor(call);
  const resource = ec2Arn(call, "fleet/*");
  const wanted: AccessCheck[] = [
    ownCheck(call, resource, requestTagContext(tags.fleet)),
    ...tagOnCreateCheck(call, resource, tags.fleet),
  ];
  for (const option of readOptions(state, call)) {
    const specification = fleetSpecification(state, placeOf(call), option, tags);
    wanted.push(...templateChecks(call, option));
    wanted.push(...(await launchChecks(state, call, cloud, specification)));
  }
  return wanted;
}

/** A fleet with a launch template requires the permission to use it. */
export function templateChecks(call: Call, { template }: FleetOption): readonly AccessCheck[] {
  return template === undefined ? [] : [ownCheck(call, ec2Arn(call, `launch-template/${template.id}`))];
}

/** Only a fleet of type instant tags its instances; the others use the tags of their templates. */
function tagsFor(call: Call): Readonly<Record<"fleet" | "instance" | "volume", Tags>> {
  const none = { instance: {}, volume: {} };
  if (typeOf(call) === "instant") return readTagSpecifications(call.input, ["fleet", "instance", "volume"]);
  return { ...none, ...readTagSpecifications(call.input, ["fleet"]) };
}

function typeOf(call: Call): Fleet["type"] {
  const given = text(call.input, "Type") ?? "maintain";
  const type = TYPES.find((candidate) => candidate === given);
  if (type === undefined) throw invalidValue("Type", given);
  return type;
}

export function readExcessPolicy(
  call: Call,
  current: Fleet["excessPolicy"] = "termination",
): Fleet["excessPolicy"] {
  const given = text(call.input, "ExcessCapacityTerminationPolicy") ?? current;
  const policy = POLICIES.find((candidate) => candidate === given);
  if (policy === undefined) throw invalidValue("ExcessCapacityTerminationPolicy", given);
  return policy;
}

async function run(state: Ec2State, call: Call, cloud: Cloud): Promise<JsonObject> {
  const [earlier] = remembered(state, call) ?? [];
  const made = earlier === undefined ? undefined : state.fleets[earlier];
  if (made !== undefined) return answer(state, made);
  const type = typeOf(call);
  const options = readOptions(state, call);
  if (type !== "instant") refuseParameters(state, call, options, type);
  const target = readTarget(call.input);
  const launcher = await launcherOf(call, cloud, type, target.spot > 0);
  const tags = tagsFor(call);
  const fleet: Fleet = {
    fleetId: newId("fleet"),
    type,
    owner: call.caller.account,
    region: call.region,
    createTime: cloud.clock.now().toISOString(),
    clientToken: text(call.input, "ClientToken"),
    replaceUnhealthy: flag(call.input, "ReplaceUnhealthyInstances") === true,
    excessPolicy: readExcessPolicy(call),
    target,
    options,
    instances: [],
    failures: [],
    state: type === "instant" ? "active" : "submitted",
  };
  if (type === "instant") await launchMissing(state, cloud, fleet, launcher, tags);
  else fulfilLater(cloud, fleet);
  state.fleets[fleet.fleetId] = fleet;
  setTags(state, fleet.owner, fleet.fleetId, tags.fleet);
  remember(state, call, [fleet.fleetId]);
  return answer(state, fleet);
}

async function launcherOf(
  call: Call,
  cloud: Cloud,
  type: Fleet["type"],
  hasSpot: boolean,
): Promise<FleetLauncher> {
  if (type !== "instant") return { launcher: await fleetRole(cloud, call.caller.account, "ec2Fleet") };
  const launcher = call.caller;
  return hasSpot ? { launcher, spotKeyUser: await spotRole(call, cloud) } : { launcher };
}

/** @throws InvalidParameterValue: only a fleet of type instant reads its image from Parameter Store */
export function refuseParameters(
  state: Ec2State,
  call: Call,
  options: readonly FleetOption[],
  type: string,
): void {
  for (const option of options) {
    const { imageId } = fleetSpecification(state, placeOf(call), option);
    if (imageId === undefined || parameterOf(imageId) === undefined) continue;
    throw new AwsError(
      "InvalidParameterValue",
      `A fleet of type ${type} needs the id of an AMI; Systems Manager parameters (${imageId}) work for type instant only.`,
    );
  }
}

function answer(state: Ec2State, fleet: Fleet): JsonObject {
  if (fleet.type !== "instant") return { fleetId: fleet.fleetId };
  return {
    fleetId: fleet.fleetId,
    errorSet: failureAnswers(fleet),
    fleetInstanceSet: instanceAnswers(state, fleet),
  };
}
