/** The group settings of CreateAutoScalingGroup and UpdateAutoScalingGroup. */
import type { Call, Cloud, JsonObject } from "../../contract";
import { AwsError } from "../../contract";
import { answerItems, objects, text, texts, whole } from "../ec2/input";
import { validationError } from "./input";
import type { Group, GroupTag } from "./state";

/** Stored and returned without further effect, with the defaults that AWS shows. */
const STORED: Readonly<Record<string, JsonObject[string]>> = {
  DefaultCooldown: "300",
  HealthCheckType: "EC2",
  HealthCheckGracePeriod: "0",
  PlacementGroup: undefined,
  VPCZoneIdentifier: undefined,
  TerminationPolicies: ["Default"],
  NewInstancesProtectedFromScaleIn: "false",
  CapacityRebalance: undefined,
  MaxInstanceLifetime: undefined,
  Context: undefined,
  DesiredCapacityType: undefined,
  DefaultInstanceWarmup: undefined,
  InstanceMaintenancePolicy: undefined,
  AvailabilityZoneDistribution: undefined,
};

/** Parameters that both operations support. */
export const GROUP_PARAMETERS = [
  ...Object.keys(STORED),
  "MixedInstancesPolicy",
  "AutoScalingGroupName",
  "LaunchTemplate",
  "MinSize",
  "MaxSize",
  "DesiredCapacity",
  "AvailabilityZones",
];

/** Given values override existing ones, which override AWS's defaults. */
export function readSettings(input: JsonObject, current: JsonObject = STORED): JsonObject {
  const given = Object.keys(STORED).filter((name) => name in input);
  const changed = Object.fromEntries(
    given.map((name) => [name, isBlank(input[name]) ? STORED[name] : input[name]]),
  );
  return { ...current, ...changed };
}

function isBlank(value: JsonObject[string]): boolean {
  return value === "" || (Array.isArray(value) && value.length === 0);
}

export interface Sizes {
  readonly min: number;
  readonly max: number;
  readonly desired: number;
}

/**
 * Sizes after the call. A desired capacity that is not given is kept within the bounds.
 * @throws ValidationError when they contradict each other
 */
export function readSizes(input: JsonObject, current?: Sizes): Sizes {
  const min = whole(input, "MinSize") ?? current?.min;
  const max = whole(input, "MaxSize") ?? current?.max;
  if (min === undefined || max === undefined) throw validationError("MinSize and MaxSize are required.");
  const given = whole(input, "DesiredCapacity");
  const desired = given ?? Math.min(Math.max(current?.desired ?? min, min), max);
  if (min > max)
    throw validationError(`Max bound, ${max}, must be greater than or equal to min bound, ${min}`);
  if (desired < min || desired > max) {
    throw validationError(
      `Desired capacity:${desired} must be between the specified min size:${min} and max size:${max}`,
    );
  }
  return { min, max, desired };
}

/** Where a group launches. @throws ValidationError when neither subnets nor zones are given, or a subnet is unknown */
export async function readPlaces(call: Call, cloud: Cloud): Promise<Pick<Group, "subnetIds" | "zones">> {
  const subnetIds = (text(call.input, "VPCZoneIdentifier") ?? "").split(",").flatMap((id) => id.trim() || []);
  const zones = texts(call.input, "AvailabilityZones");
  if (subnetIds.length === 0) {
    if (zones.length > 0) return { subnetIds, zones };
    throw validationError("At least one Availability Zone or VPC Subnet is required.");
  }
  const answer = await asPlaceError(subnetIds, () =>
    cloud.moto.query(
      "ec2",
      call.caller.account,
      call.region,
      "DescribeSubnets",
      Object.fromEntries(subnetIds.map((id, index) => [`SubnetId.${index + 1}`, id])),
    ),
  );
  const found = answerItems(answer.subnetSet).flatMap((subnet) => text(subnet, "availabilityZone") ?? []);
  return { subnetIds, zones: [...new Set(found)].sort() };
}

async function asPlaceError<T>(subnetIds: readonly string[], attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw validationError(`The subnet ID '${subnetIds.join(",")}' does not exist`);
  }
}

export function readGroupTags(input: JsonObject): Readonly<Record<string, GroupTag>> {
  return Object.fromEntries(
    objects(input, "Tags").map((tag) => {
      const key = text(tag, "Key") ?? "";
      return [
        key,
        { key, value: text(tag, "Value") ?? "", propagate: text(tag, "PropagateAtLaunch") === "true" },
      ];
    }),
  );
}
