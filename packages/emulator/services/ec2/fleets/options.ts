/** What a fleet may launch, in the order in which it tries. Source: EC2 API reference, "CreateFleet". */
import type { Call, JsonObject } from "../../../contract";
import { AwsError } from "../../../contract";
import { invalidValue, missingParameter, object, objects, text, whole } from "../input";
import { mergeSpecifications, readSpecification, type LaunchSpecification } from "../instances/specification";
import { findTemplate, readTemplateReference } from "../instances/template";
import { placeOf, type Place } from "../launch-templates/find";
import type { Ec2State, FleetOption, FleetTarget } from "../state";
import type { Tags } from "../tags/tags";
import { ownSpecification } from "./spot-fleet/launch-specifications";

const OVERRIDES = [
  "ImageId",
  "InstanceType",
  "SubnetId",
  "AvailabilityZone",
  "BlockDeviceMapping",
  "MaxPrice",
  "SpotPrice",
  "Priority",
  "WeightedCapacity",
];

/**
 * Every override of every configuration, best priority first: the lowest number; those without one last.
 * @throws MissingParameter, UnsupportedOperation, and EC2's errors for a launch template that does not exist
 */
export function readOptions(state: Ec2State, call: Call): readonly FleetOption[] {
  const configs = objects(call.input, "LaunchTemplateConfigs");
  if (configs.length === 0) throw missingParameter("LaunchTemplateConfigs");
  const options = configs.flatMap((config) => {
    const reference = readTemplateReference(object(config, "LaunchTemplateSpecification"));
    if (reference === undefined) throw missingParameter("LaunchTemplateId");
    const { id, name, version } = findTemplate(state, placeOf(call), reference);
    const overrides = objects(config, "Overrides");
    return (overrides.length > 0 ? overrides : [{}]).map((override): FleetOption => {
      refuseUnknown(override);
      return { template: { id, name, version }, override, weight: whole(override, "WeightedCapacity") ?? 1 };
    });
  });
  const priority = ({ override }: FleetOption): number => Number(text(override, "Priority") ?? Infinity);
  return [...options].sort((a, b) => priority(a) - priority(b) || 0);
}

function refuseUnknown(override: JsonObject): void {
  const unknown = Object.keys(override).find((name) => !OVERRIDES.includes(name));
  if (unknown === undefined) return;
  throw new AwsError(
    "UnsupportedOperation",
    `The rehearsal cloud does not implement the override ${unknown} of a fleet.`,
  );
}

/**
 * The template with the override's changes, or the launch specification. @param tags from the request; only for a fleet
 * of type instant
 */
export function fleetSpecification(
  state: Ec2State,
  place: Place,
  option: FleetOption,
  tags: { readonly instance: Tags; readonly volume: Tags } = { instance: {}, volume: {} },
): LaunchSpecification {
  const { template, override } = option;
  if (template === undefined) return ownSpecification(option);
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
  return mergeSpecifications(own, findTemplate(state, place, template).specification);
}

/**
 * The requested capacity; capacity that is neither On-Demand nor Spot is of the default type.
 * @throws MissingParameter, InvalidParameterValue, UnsupportedOperation for capacity in other units
 */
export function readTarget(input: JsonObject, current?: FleetTarget): FleetTarget {
  const target = object(input, "TargetCapacitySpecification");
  const total = whole(target, "TotalTargetCapacity") ?? current?.total;
  if (total === undefined) throw missingParameter("TotalTargetCapacity");
  const defaultType = text(target, "DefaultTargetCapacityType") ?? current?.defaultType ?? "on-demand";
  if (defaultType !== "on-demand" && defaultType !== "spot") {
    throw invalidValue("DefaultTargetCapacityType", defaultType);
  }
  const unit = text(target, "TargetCapacityUnitType") ?? "units";
  if (unit !== "units") {
    throw new AwsError(
      "UnsupportedOperation",
      `The rehearsal cloud does not model fleet capacity in ${unit}.`,
    );
  }
  const onDemand = whole(target, "OnDemandTargetCapacity") ?? 0;
  const spot = whole(target, "SpotTargetCapacity") ?? 0;
  if (onDemand + spot > total) throw invalidValue("TotalTargetCapacity", String(total));
  const rest = total - onDemand - spot;
  return defaultType === "spot"
    ? { total, onDemand, spot: spot + rest, defaultType }
    : { total, onDemand: onDemand + rest, spot, defaultType };
}
