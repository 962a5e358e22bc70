/**
 * DescribeSpotFleetRequests, DescribeSpotFleetInstances, ModifySpotFleetRequest and CancelSpotFleetRequests. Source: EC2 API reference.
 */
import type { AccessCheck, Call, Cloud, JsonObject, Operation } from "../../../../contract";
import { AwsError } from "../../../../contract";
import { anyResource, ec2Arn, ownCheck, tagContext } from "../../access";
import { flag, missingParameter, requiredText, texts } from "../../input";
import { ec2Operation } from "../../operation";
import { page } from "../../pages";
import type { Ec2State, Fleet } from "../../state";
import { tagSet, tagsOf } from "../../tags/tags";
import { endFleetLater, capacityOf, fulfilLater, livingOf } from "../fulfil";
import { activityStatus, endInstances } from "../operations";
import { readOptions } from "../options";
import { activeInstances, configAnswers } from "../wire";
import { specificationAnswers } from "./launch-specifications";
import { readExcess, requestSpotFleet, spotTarget } from "./request";

type SpotFleet = Fleet & Required<Pick<Fleet, "spotFleet">>;

export function spotFleetOperations(state: Ec2State): Readonly<Record<string, Operation>> {
  return {
    RequestSpotFleet: requestSpotFleet(state),
    DescribeSpotFleetRequests: ec2Operation({
      parameters: ["SpotFleetRequestId", "MaxResults", "NextToken"],
      checks: anyResource,
      run: (call) => describe(state, call),
    }),
    DescribeSpotFleetInstances: ec2Operation({
      parameters: ["SpotFleetRequestId", "MaxResults", "NextToken"],
      checks: (call) => requestChecks(state, call, [requiredText(call.input, "SpotFleetRequestId")]),
      run: (call) => describeInstances(state, call),
    }),
    ModifySpotFleetRequest: ec2Operation({
      parameters: [
        "SpotFleetRequestId",
        "TargetCapacity",
        "OnDemandTargetCapacity",
        "ExcessCapacityTerminationPolicy",
        "LaunchTemplateConfigs",
      ],
      checks: (call) => requestChecks(state, call, [requiredText(call.input, "SpotFleetRequestId")]),
      run: (call, cloud) => modify(state, call, cloud),
    }),
    CancelSpotFleetRequests: ec2Operation({
      parameters: ["SpotFleetRequestId", "TerminateInstances"],
      checks: (call) => {
        const ids = texts(call.input, "SpotFleetRequestId");
        if (ids.length === 0) throw missingParameter("SpotFleetRequestId");
        return requestChecks(state, call, ids);
      },
      run: (call, cloud) => cancel(state, call, cloud),
    }),
  };
}

function requestChecks(state: Ec2State, call: Call, ids: readonly string[]): readonly AccessCheck[] {
  return ids.map((id) =>
    ownCheck(
      call,
      ec2Arn(call, `spot-fleet-request/${id}`),
      tagContext(tagsOf(state, call.caller.account, id)),
    ),
  );
}

function isOwn(fleet: Fleet | undefined, call: Call): fleet is SpotFleet {
  return (
    fleet?.spotFleet !== undefined && fleet.owner === call.caller.account && fleet.region === call.region
  );
}

/** @throws InvalidSpotFleetRequestId.NotFound */
function requireFleet(state: Ec2State, call: Call, id: string): SpotFleet {
  const fleet = state.fleets[id];
  if (isOwn(fleet, call)) return fleet;
  throw new AwsError(
    "InvalidSpotFleetRequestId.NotFound",
    `The spot fleet request ID '${id}' does not exist`,
  );
}

/** A Spot Fleet is cancelled, whereas an EC2 Fleet is deleted. */
function stateOf({ state }: Fleet): string {
  return state.replace("deleted", "cancelled");
}

function describe(state: Ec2State, call: Call): JsonObject {
  const ids = texts(call.input, "SpotFleetRequestId");
  const wanted =
    ids.length > 0
      ? ids.map((id) => requireFleet(state, call, id))
      : Object.values(state.fleets).filter((fleet) => isOwn(fleet, call));
  const { items, nextToken } = page(wanted, call.input);
  const spotFleetRequestConfigSet = items.map((fleet) => ({
    spotFleetRequestId: fleet.fleetId,
    spotFleetRequestState: stateOf(fleet),
    activityStatus: activityStatus(fleet),
    createTime: fleet.createTime,
    spotFleetRequestConfig: {
      allocationStrategy: fleet.spotFleet.allocationStrategy,
      clientToken: fleet.clientToken,
      excessCapacityTerminationPolicy: fleet.excessPolicy === "termination" ? "default" : "noTermination",
      fulfilledCapacity: capacityOf(fleet),
      iamFleetRole: fleet.spotFleet.iamFleetRole,
      launchSpecifications: specificationAnswers(fleet.spotFleet.launchSpecifications),
      launchTemplateConfigs: configAnswers(fleet),
      onDemandFulfilledCapacity: capacityOf(fleet, false),
      onDemandTargetCapacity: fleet.target.onDemand,
      replaceUnhealthyInstances: fleet.replaceUnhealthy,
      targetCapacity: fleet.target.total,
      terminateInstancesWithExpiration: false,
      type: fleet.type,
    },
    tagSet: tagSet(tagsOf(state, fleet.owner, fleet.fleetId)),
  }));
  return { spotFleetRequestConfigSet, nextToken };
}

function describeInstances(state: Ec2State, call: Call): JsonObject {
  const fleet = requireFleet(state, call, requiredText(call.input, "SpotFleetRequestId"));
  const { items, nextToken } = page(livingOf(state, fleet), call.input);
  return { spotFleetRequestId: fleet.fleetId, activeInstanceSet: activeInstances(state, items), nextToken };
}

/** @throws InvalidParameterValue unless it is of type maintain and not cancelled */
function modify(state: Ec2State, call: Call, cloud: Cloud): JsonObject {
  const fleet = requireFleet(state, call, requiredText(call.input, "SpotFleetRequestId"));
  if (fleet.type !== "maintain" || fleet.state.startsWith("deleted")) {
    throw new AwsError(
      "InvalidParameterValue",
      `The Spot Fleet ${fleet.fleetId} cannot be modified: only one of type maintain that is not cancelled can.`,
    );
  }
  const options = "LaunchTemplateConfigs" in call.input ? readOptions(state, call) : fleet.options;
  fleet.target = spotTarget(call.input, fleet.target);
  fleet.excessPolicy = readExcess(call.input, fleet.excessPolicy);
  fleet.options = options;
  fleet.state = "modifying";
  fulfilLater(cloud, fleet);
  return { return: true };
}

function cancel(state: Ec2State, call: Call, cloud: Cloud): JsonObject {
  const ends = flag(call.input, "TerminateInstances");
  if (ends === undefined) throw missingParameter("TerminateInstances");
  const cancelled: JsonObject[] = [];
  const refused: JsonObject[] = [];
  for (const id of texts(call.input, "SpotFleetRequestId")) {
    const fleet = state.fleets[id];
    if (!isOwn(fleet, call) || fleet.state === "deleted") {
      refused.push({
        spotFleetRequestId: id,
        error: { code: obstacle(id, fleet, call), message: `The Spot Fleet ${id} cannot be cancelled.` },
      });
      continue;
    }
    const previousSpotFleetRequestState = stateOf(fleet);
    fleet.state = ends ? "deleted_terminating" : "deleted_running";
    if (ends) endInstances(state, cloud, fleet);
    else endFleetLater(cloud, fleet);
    cancelled.push({
      spotFleetRequestId: id,
      currentSpotFleetRequestState: stateOf(fleet),
      previousSpotFleetRequestState,
    });
  }
  return { successfulFleetRequestSet: cancelled, unsuccessfulFleetRequestSet: refused };
}

/** Codes: EC2 API reference, "CancelSpotFleetRequestsError". */
function obstacle(id: string, fleet: Fleet | undefined, call: Call): string {
  if (!/^sfr-[0-9a-f-]+$/.test(id)) return "fleetRequestIdMalformed";
  return isOwn(fleet, call) ? "fleetRequestNotInCancellableState" : "fleetRequestIdDoesNotExist";
}
