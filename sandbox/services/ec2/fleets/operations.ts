/** DescribeFleets and DeleteFleets. Source: EC2 API reference. */
import type { Call, Cloud, JsonObject, Operation } from "../../../contract";
import { AwsError } from "../../../contract";
import { ec2Arn, ownCheck, tagContext } from "../access";
import { applyFilters, type FilterTable } from "../filters";
import { flag, missingParameter, texts } from "../input";
import { terminate, USER_SHUTDOWN } from "../instances/lifecycle";
import { ec2Operation } from "../operation";
import { page } from "../pages";
import type { Ec2State, Fleet } from "../state";
import { tagSet, tagsOf } from "../tags/tags";
import { createFleet } from "./create";
import { createdInstances } from "./wire";

/** Every filter of the EC2 API reference, "DescribeFleets". */
const FILTERS: FilterTable<Fleet> = {
  "activity-status": ({ failure }) => [failure === undefined ? "fulfilled" : "error"],
  "excess-capacity-termination-policy": () => ["false"],
  "fleet-state": (fleet) => [fleet.state],
  "replace-unhealthy-instances": () => ["false"],
  type: () => ["instant"],
};

export function fleetOperations(state: Ec2State): Readonly<Record<string, Operation>> {
  return {
    CreateFleet: createFleet(state),
    DescribeFleets: ec2Operation({
      parameters: ["FleetId", "Filter", "MaxResults", "NextToken"],
      checks: (call) => fleetChecks(state, call, "*"),
      run: (call) => describe(state, call),
    }),
    DeleteFleets: ec2Operation({
      parameters: ["FleetId", "TerminateInstances"],
      checks: (call) => fleetChecks(state, call),
      run: (call, cloud) => remove(state, call, cloud),
    }),
  };
}

function fleetChecks(state: Ec2State, call: Call, otherwise?: string) {
  const ids = texts(call.input, "FleetId");
  if (ids.length === 0 && otherwise !== undefined) return [ownCheck(call, otherwise)];
  if (ids.length === 0) throw missingParameter("FleetId");
  return ids.map((id) =>
    ownCheck(call, ec2Arn(call, `fleet/${id}`), tagContext(tagsOf(state, call.caller.account, id))),
  );
}

function ownFleet(state: Ec2State, call: Call, id: string): Fleet | undefined {
  const fleet = state.fleets[id];
  return fleet?.owner === call.caller.account && fleet.region === call.region ? fleet : undefined;
}

/** Fleets of type instant are listed only by id. @throws InvalidFleetId.NotFound */
function describe(state: Ec2State, call: Call): JsonObject {
  const named = texts(call.input, "FleetId").map((id) => {
    const fleet = ownFleet(state, call, id);
    if (fleet !== undefined) return fleet;
    throw new AwsError("InvalidFleetId.NotFound", `The fleet ID '${id}' does not exist`);
  });
  const ownTags = (fleet: Fleet) => tagsOf(state, fleet.owner, fleet.fleetId);
  const { items, nextToken } = page(applyFilters(named, call.input, FILTERS, ownTags), call.input);
  const fleetSet = items.map((fleet) => ({
    fleetId: fleet.fleetId,
    fleetState: fleet.state,
    activityStatus: fleet.failure === undefined ? "fulfilled" : "error",
    createTime: fleet.createTime,
    clientToken: fleet.clientToken,
    type: "instant",
    fulfilledCapacity: fleet.instanceIds.length,
    fulfilledOnDemandCapacity: fleet.instanceIds.length,
    targetCapacitySpecification: {
      totalTargetCapacity: fleet.targetCapacity,
      onDemandTargetCapacity: fleet.targetCapacity,
      spotTargetCapacity: 0,
      defaultTargetCapacityType: "on-demand",
    },
    ...createdInstances(fleet),
    tagSet: tagSet(ownTags(fleet)),
  }));
  return { fleetSet, nextToken };
}

/** The instances of a fleet of type instant end with it, and it cannot be deleted without. */
function remove(state: Ec2State, call: Call, cloud: Cloud): JsonObject {
  const ends = flag(call.input, "TerminateInstances") === true;
  const deleted: JsonObject[] = [];
  const refused: JsonObject[] = [];
  for (const fleetId of texts(call.input, "FleetId")) {
    const fleet = ownFleet(state, call, fleetId);
    const problem =
      fleet === undefined ? "fleetIdDoesNotExist" : ends ? undefined : "fleetNotInDeletableState";
    if (fleet === undefined || problem !== undefined) {
      refused.push({ fleetId, error: { code: problem, message: `The fleet ${fleetId} cannot be deleted.` } });
      continue;
    }
    const previousFleetState = fleet.state;
    for (const id of fleet.instanceIds) {
      const instance = state.instances[id];
      if (instance !== undefined) terminate(cloud, instance, USER_SHUTDOWN);
    }
    fleet.state = "deleted_terminating";
    deleted.push({ fleetId, previousFleetState, currentFleetState: fleet.state });
  }
  return { successfulFleetDeletionSet: deleted, unsuccessfulFleetDeletionSet: refused };
}
