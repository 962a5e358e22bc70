/**
 * Launch specifications of a Spot Fleet request, used instead of launch templates. Source: EC2 API reference,
 * "SpotFleetLaunchSpecification".
 */
import type { Json, JsonObject } from "../../../../contract";
import { AwsError } from "../../../../contract";
import { isObject, object, objects, text, whole } from "../../input";
import { readSpecification, type LaunchSpecification } from "../../instances/specification";
import type { FleetOption } from "../../state";
import { readTagSpecifications } from "../../tags/tags";

/** Under their Query protocol names; other members are refused. */
const KNOWN = [
  "BlockDeviceMapping",
  "EbsOptimized",
  "GroupSet",
  "IamInstanceProfile",
  "ImageId",
  "InstanceType",
  "KeyName",
  "Monitoring",
  "NetworkInterfaceSet",
  "Placement",
  "SpotPrice",
  "SubnetId",
  "TagSpecificationSet",
  "UserData",
  "WeightedCapacity",
];

/**
 * Each specification, once for each of its subnets or zones, which are separated by commas.
 * @throws UnsupportedOperation
 */
export function specificationOptions(specifications: readonly JsonObject[]): readonly FleetOption[] {
  return specifications.flatMap((specification) => {
    refuseUnknown(specification, KNOWN);
    refuseUnknown(object(specification, "Placement"), ["AvailabilityZone"]);
    const weight = whole(specification, "WeightedCapacity") ?? 1;
    return parts(text(specification, "SubnetId")).flatMap((SubnetId) =>
      parts(text(object(specification, "Placement"), "AvailabilityZone")).map((AvailabilityZone) => ({
        override: { ...specification, SubnetId, Placement: { AvailabilityZone } },
        weight,
      })),
    );
  });
}

function refuseUnknown(given: JsonObject, known: readonly string[]): void {
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new AwsError(
    "UnsupportedOperation",
    `The rehearsal cloud does not implement ${unknown} of a launch specification of RequestSpotFleet.`,
  );
}

function parts(list: string | undefined): readonly (string | undefined)[] {
  return list === undefined ? [undefined] : list.split(",").map((part) => part.trim());
}

/** What an option without a launch template launches. */
export function ownSpecification({ override }: FleetOption): LaunchSpecification {
  const groups = objects(override, "GroupSet");
  const input: JsonObject = {
    ...override,
    NetworkInterface: override.NetworkInterfaceSet,
    SecurityGroupId: groups.flatMap((group) => text(group, "GroupId") ?? []),
    SecurityGroup: groups.flatMap((group) =>
      text(group, "GroupId") === undefined ? (text(group, "GroupName") ?? []) : [],
    ),
  };
  const tags = { TagSpecification: objects(override, "TagSpecificationSet") };
  return readSpecification(input, readTagSpecifications(tags, ["instance"]));
}

/** The specifications as DescribeSpotFleetRequests shows them: members have the names of the request, but begin in lower case. */
export function specificationAnswers(specifications: readonly JsonObject[]): readonly Json[] {
  return specifications.map(shown);
}

/** The one member that is spelled the same in both. Source: botocore's model, InstanceNetworkInterfaceSpecification. */
const AS_SENT = "SecurityGroupId";

function shown(value: Json | undefined): Json {
  if (Array.isArray(value)) return value.map(shown);
  if (!isObject(value)) return value ?? null;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name === AS_SENT ? name : `${name.charAt(0).toLowerCase()}${name.slice(1)}`,
      shown(inner),
    ]),
  );
}
