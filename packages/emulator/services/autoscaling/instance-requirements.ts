/**
 * Attribute-based instance type selection: a group launches an instance type that meets the requirements of its launch
 * template or override. Source: Auto Scaling user guide, "Create mixed instances group using attribute-based instance
 * type selection".
 */
import type { JsonObject } from "../../contract";
import { AwsError } from "../../contract";
import { object, text, texts, whole } from "../ec2/input";
import { matchingTypes, refuseRequirements } from "../ec2/instances/matching-types";
import type { FoundTemplate } from "../ec2/instances/template";
import { visibleImage } from "../ec2/catalogue";
import type { Group, LaunchOption } from "./state";
import type { AutoScalingContext } from "./scheduling";

/** Auto Scaling's names of lists, and EC2's. */
const LISTS: Readonly<Record<string, string>> = {
  AllowedInstanceTypes: "AllowedInstanceType",
  ExcludedInstanceTypes: "ExcludedInstanceType",
  CpuManufacturers: "CpuManufacturer",
  InstanceGenerations: "InstanceGeneration",
};

/**
 * The requirements of an override, with EC2's member names; undefined where it has none.
 * @throws MissingParameter, UnsupportedOperation
 */
export function readRequirements(override: JsonObject): JsonObject | undefined {
  const given = object(override, "InstanceRequirements");
  if (Object.keys(given).length === 0) return undefined;
  const requirements = Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      const list = LISTS[name];
      return list === undefined ? [name, value] : [list, texts(given, name)];
    }),
  );
  refuseRequirements(requirements);
  return requirements;
}

/** The requirements of an option; undefined where it names its type. */
export function requirementsOf(
  { instanceType, requirements }: LaunchOption,
  template: FoundTemplate,
): JsonObject | undefined {
  return instanceType === undefined ? (requirements ?? template.requirements) : undefined;
}

/**
 * The type that is launched next: the smallest of those that can run the image, because there are no prices here.
 * @throws InvalidParameterValue where no type meets the requirements
 */
export async function chosenType(
  { ec2, cloud }: AutoScalingContext,
  group: Group,
  option: LaunchOption,
  template: FoundTemplate,
): Promise<string | undefined> {
  const requirements = requirementsOf(option, template);
  if (requirements === undefined) return option.instanceType;
  const imageId = option.imageId ?? template.specification.imageId ?? "";
  const image = visibleImage(ec2, imageId, group.account, group.region);
  const types = await matchingTypes(cloud, group, {
    requirements,
    architectures: image === undefined ? ["x86_64", "arm64"] : [image.traits.architecture],
    virtualization: ["hvm"],
  });
  const [smallest] = [...types].sort((a, b) => sizeOf(a) - sizeOf(b) || (nameOf(a) < nameOf(b) ? -1 : 1));
  if (smallest !== undefined) return nameOf(smallest);
  throw new AwsError(
    "InvalidParameterValue",
    "No instance types match the instance requirements and the architecture of the image.",
  );
}

function nameOf(type: JsonObject): string {
  return text(type, "instanceType") ?? "";
}

/** By vCPUs, then by memory. */
function sizeOf(type: JsonObject): number {
  const vCpus = whole(object(type, "vCpuInfo"), "defaultVCpus") ?? 0;
  return vCpus * 2 ** 32 + (whole(object(type, "memoryInfo"), "sizeInMiB") ?? 0);
}
