/** DescribeFleets, DescribeFleetInstances, ModifyFleet and DeleteFleets. Source: EC2 API reference. */
import type { Call, Cloud, JsonObject, Operation } from "../../../contract";
import { AwsError } from "../../../contract";
import { ec2Arn, ownCheck, tagContext } from "../access";
import { applyFilters, type FilterTable } from "../filters";
import { flag, missingParameter, requiredText, texts } from "../input";
import { terminate, USER_SHUTDOWN } from "../instances/lifecycle";
import { ec2Operation, DONE } from "../operation";
import { page } from "../pages";
import type { Ec2State, Fleet } from "../state";
import { tagSet, tagsOf } from "../tags/tags";
import { createFleet, readExcessPolicy } from "./create";
import { capacityOf, endFleetLater, fulfilLater, livingOf } from "./fulfil";
import { readOptions, readTarget } from "./options";
import { activeInstances, configAnswers, failureAnswers, instanceAnswers } from "./wire";

/** Every filter of the EC2 API reference, "DescribeFleets". */
const FILTERS: FilterTable<Fleet> = {
  "activity-status": (fleet) => [activityStatus(fleet)],
  "excess-capacity-termination-policy": ({ excessPolicy }) => [String(excessPolicy === "termination")],
  "fleet-state": (fleet) => [fleet.state],
  "replace-unhealthy-instances": ({ replaceUnhealthy }) => [String(replaceUnhealthy)],
  type: ({ type }) => [type],
};

export function fleetOperations(state: Ec2State): Readonly<Record<string, Operation>> {
  return {
    CreateFleet: createFleet(state),
    DescribeFleets: ec2Operation({
      parameters: ["FleetId", "Filter", "MaxResults", "NextToken"],
      checks: (call) => fleetChecks(state, call, texts(call.input, "FleetId")),
      run: (call) => describe(state, call),
    }),
    DescribeFleetInstances: ec2Operation({
      parameters: ["FleetId", "MaxResults", "NextToken"],
      checks: (call) => fleetChecks(state, call, [requiredText(call.input, "FleetId")]),
      run: (call) => describeInstances(state, call),
    }),
    ModifyFleet: ec2Operation({
      parameters: [
        "FleetId",
        "TargetCapacitySpecification",
        "ExcessCapacityTerminationPolicy",
        "LaunchTemplateConfigs",
      ],
      checks: (call) => fleetChecks(state, call, [requiredText(call.input, "FleetId")]),
      run: (call, cloud) => modify(state, call, cloud),
    }),
    DeleteFleets: ec2Operation({
      parameters: ["FleetId", "TerminateInstances"],
      checks: (call) => {
        const ids = texts(call.input, "FleetId");
        if (ids.length === 0) throw missingParameter("FleetId");
        return fleetChecks(state, call, ids);
      },
      run: (call, cloud) => remove(state, call, cloud),
    }),
  };
}

function fleetChecks(state: Ec2State, call: Call, ids: readonly string[]) {
  if (ids.length === 0) return [ownCheck(call, "*")];
  return ids.map((id) =>
    ownCheck(call, ec2Arn(call, `fleet/${id}`), tagContext(tagsOf(state, call.caller.account, id))),
  );
}

function findFleet(state: Ec2State, call: Call, id: string): Fleet | undefined {
  const fleet = state.fleets[id];
  const exists = fleet?.owner === call.caller.account && fleet.region === call.region;
  return exists && fleet.spotFleet === undefined ? fleet : undefined;
}

/** @throws InvalidFleetId.NotFound */
function requireFleet(state: Ec2State, call: Call, id: string): Fleet {
  const fleet = findFleet(state, call, id);
  if (fleet !== undefined) return fleet;
  throw new AwsError("InvalidFleetId.NotFound", `The fleet ID '${id}' does not exist`);
}

export function activityStatus(fleet: Fleet): string {
  if (fleet.state === "deleted_terminating") return "pending_termination";
  if (capacityOf(fleet) >= fleet.target.total) return "fulfilled";
  return fleet.failures.length > 0 ? "error" : "pending_fulfillment";
}

/** Fleets of type instant are listed only by id. */
function describe(state: Ec2State, call: Call): JsonObject {
  const ids = texts(call.input, "FleetId");
  const wanted =
    ids.length > 0
      ? ids.map((id) => requireFleet(state, call, id))
      : Object.values(state.fleets).filter(
          ({ fleetId, type }) => type !== "instant" && findFleet(state, call, fleetId) !== undefined,
        );
  const ownTags = (fleet: Fleet) => tagsOf(state, fleet.owner, fleet.fleetId);
  const { items, nextToken } = page(applyFilters(wanted, call.input, FILTERS, ownTags), call.input);
  const fleetSet = items.map((fleet) => ({
    fleetId: fleet.fleetId,
    fleetState: fleet.state,
    activityStatus: activityStatus(fleet),
    createTime: fleet.createTime,
    clientToken: fleet.clientToken,
    type: fleet.type,
    excessCapacityTerminationPolicy: fleet.excessPolicy,
    replaceUnhealthyInstances: fleet.replaceUnhealthy,
    terminateInstancesWithExpiration: false,
    fulfilledCapacity: capacityOf(fleet),
    fulfilledOnDemandCapacity: capacityOf(fleet, false),
    launchTemplateConfigs: configAnswers(fleet),
    targetCapacitySpecification: {
      totalTargetCapacity: fleet.target.total,
      onDemandTargetCapacity: fleet.target.onDemand,
      spotTargetCapacity: fleet.target.spot,
      defaultTargetCapacityType: fleet.target.defaultType,
    },
    errorSet: failureAnswers(fleet),
    fleetInstanceSet: fleet.type === "instant" ? instanceAnswers(state, fleet) : [],
    tagSet: tagSet(ownTags(fleet)),
  }));
  return { fleetSet, nextToken };
}

function describeInstances(state: Ec2State, call: Call): JsonObject {
  const fleet = requireFleet(state, call, requiredText(call.input, "FleetId"));
  const { items, nextToken } = page(livingOf(state, fleet), call.input);
  return {
    fleetId: fleet.fleetId,
    activeInstanceSet: activeInstances(state, items),
    nextToken,
  };
}

/** @throws InvalidParameterValue unless it is of type maintain and not deleted */
function modify(state: Ec2State, call: Call, cloud: Cloud): JsonObject {
  const fleet = requireFleet(state, call, requiredText(call.input, "FleetId"));
  if (fleet.type !== "maintain" || fleet.state.startsWith("deleted")) {
    throw new AwsError(
      "InvalidParameterValue",
      `The fleet ${fleet.fleetId} cannot be modified: only a fleet of type maintain that is not deleted can.`,
    );
  }
  const target = readTarget(call.input, fleet.target);
  const options = "LaunchTemplateConfigs" in call.input ? readOptions(state, call) : undefined;
  fleet.excessPolicy = readExcessPolicy(call, fleet.excessPolicy);
  fleet.target = target;
  if (options !== undefined) fleet.options = options;
  fleet.state = "modifying";
  fulfilLater(cloud, fleet);
  return DONE;
}

/** The instances of a fleet of type instant end with it; it cannot be deleted without them. */
function remove(state: Ec2State, call: Call, cloud: Cloud): JsonObject {
  const ends = flag(call.input, "TerminateInstances") === true;
  const deleted: JsonObject[] = [];
  const refused: JsonObject[] = [];
  for (const fleetId of texts(call.input, "FleetId")) {
    const fleet = findFleet(state, call, fleetId);
    const code = obstacle(fleetId, fleet, ends);
    if (fleet === undefined || code !== undefined) {
      refused.push({ fleetId, error: { code, message: `The fleet ${fleetId} cannot be deleted.` } });
      continue;
    }
    const previousFleetState = fleet.state;
    if (ends) endInstances(state, cloud, fleet);
    fleet.state = ends ? "deleted_terminating" : "deleted_running";
    deleted.push({ fleetId, previousFleetState, currentFleetState: fleet.state });
  }
  return { successfulFleetDeletionSet: deleted, unsuccessfulFleetDeletionSet: refused };
}

/** Codes: EC2 API reference, "DeleteFleetError". */
function obstacle(fleetId: string, fleet: Fleet | undefined, ends: boolean): string | undefined {
  if (!/^fleet-[0-9a-f-]+$/.test(fleetId)) return "fleetIdMalformed";
  if (fleet === undefined) return "fleetIdDoesNotExist";
  // A fleet that was deleted without its instances can be deleted again together with them.
  const isOver = fleet.state.startsWith("deleted") && !(ends && fleet.state === "deleted_running");
  return isOver || (fleet.type === "instant" && !ends) ? "fleetNotInDeletableState" : undefined;
}

export function endInstances(state: Ec2State, cloud: Cloud, fleet: Fleet): void {
  for (const { instanceId } of fleet.instances) {
    const instance = state.instances[instanceId];
    if (instance !== undefined) terminate(cloud, instance, USER_SHUTDOWN);
  }
  endFleetLater(cloud, fleet);
}
