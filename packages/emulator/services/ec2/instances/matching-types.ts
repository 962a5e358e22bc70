/** GetInstanceTypesFromInstanceRequirements. The properties of types are read from moto, which has AWS's own list. */
import type { Cloud, JsonObject, Operation } from "../../../contract";
import { AwsError } from "../../../contract";
import { anyResource } from "../access";
import { answerItems, answerTexts, missingParameter, object, text, texts, whole } from "../input";
import { ec2Operation } from "../operation";
import { page } from "../pages";

/** Attributes that are evaluated here; any other is refused instead of ignored. */
const UNDERSTOOD = [
  "VCpuCount",
  "MemoryMiB",
  "AllowedInstanceType",
  "ExcludedInstanceType",
  "CpuManufacturer",
  "InstanceGeneration",
  "BurstablePerformance",
  "BareMetal",
  "LocalStorage",
];

const MANUFACTURERS: Readonly<Record<string, string>> = {
  amd: "AMD",
  "amazon-web-services": "AWS",
  apple: "Apple",
  intel: "Intel",
};

/** Source: EC2 API reference, GetInstanceTypesFromInstanceRequirements and InstanceRequirementsRequest, with its defaults. */
export function matchInstanceTypes(): Operation {
  return ec2Operation({
    parameters: ["ArchitectureType", "VirtualizationType", "InstanceRequirements", "MaxResults", "NextToken"],
    checks: anyResource,
    run: async (call, cloud) => {
      const requirements = object(call.input, "InstanceRequirements");
      const architectures = texts(call.input, "ArchitectureType");
      const virtualization = texts(call.input, "VirtualizationType");
      if (architectures.length === 0) throw missingParameter("ArchitectureTypes");
      if (virtualization.length === 0) throw missingParameter("VirtualizationTypes");
      refuseRequirements(requirements);
      const { account } = call.caller;
      const wanted = { requirements, architectures, virtualization };
      const matching = await matchingTypes(cloud, { account, region: call.region }, wanted);
      const names = matching.map((type) => text(type, "instanceType") ?? "").sort();
      const { items, nextToken } = page(names, call.input);
      return { instanceTypeSet: items.map((instanceType) => ({ instanceType })), nextToken };
    },
  });
}

/** The requirements for an instance type. */
export interface Wanted {
  /** With the member names of EC2's requests. */
  readonly requirements: JsonObject;
  readonly architectures: readonly string[];
  readonly virtualization: readonly string[];
}

/** The matching types of a Region, as DescribeInstanceTypes returns them. */
export async function matchingTypes(
  cloud: Cloud,
  place: { readonly account: string; readonly region: string },
  { requirements, architectures, virtualization }: Wanted,
): Promise<readonly JsonObject[]> {
  const types = await typesIn(cloud, place);
  return types.filter(
    (type) =>
      answerTexts(object(type, "processorInfo").supportedArchitectures).some((one) =>
        architectures.includes(one),
      ) &&
      answerTexts(type.supportedVirtualizationTypes).some((one) => virtualization.includes(one)) &&
      meets(type, requirements),
  );
}

/** @throws MissingParameter, UnsupportedOperation for an attribute that has no effect here */
export function refuseRequirements(requirements: JsonObject): void {
  for (const name of ["VCpuCount", "MemoryMiB"]) {
    if (whole(object(requirements, name), "Min") === undefined)
      throw missingParameter(`InstanceRequirements.${name}.Min`);
  }
  const unknown = Object.keys(requirements).filter((name) => !UNDERSTOOD.includes(name));
  if (unknown.length > 0) {
    throw new AwsError(
      "UnsupportedOperation",
      `The rehearsal cloud does not implement ${unknown.join(", ")} of InstanceRequirements.`,
    );
  }
}

/** The types that the Region offers. */
async function typesIn(
  cloud: Cloud,
  { account, region }: { readonly account: string; readonly region: string },
): Promise<readonly JsonObject[]> {
  const ask = (operation: string, input: Record<string, string> = {}) =>
    cloud.moto.query("ec2", account, region, operation, input);
  const [types, offerings] = await Promise.all([
    ask("DescribeInstanceTypes"),
    ask("DescribeInstanceTypeOfferings", { LocationType: "region" }),
  ]);
  const offered = new Set(
    answerItems(offerings.instanceTypeOfferingSet).map((offering) => text(offering, "instanceType")),
  );
  return answerItems(types.instanceTypeSet).filter((type) => offered.has(text(type, "instanceType")));
}

function meets(type: JsonObject, requirements: JsonObject): boolean {
  const name = text(type, "instanceType") ?? "";
  const allowed = texts(requirements, "AllowedInstanceType");
  const manufacturers = texts(requirements, "CpuManufacturer");
  const generations = texts(requirements, "InstanceGeneration");
  const is = (member: string) => text(type, member) === "true";
  const manufacturer = text(object(type, "processorInfo"), "manufacturer");
  return (
    within(object(requirements, "VCpuCount"), whole(object(type, "vCpuInfo"), "defaultVCpus")) &&
    within(object(requirements, "MemoryMiB"), whole(object(type, "memoryInfo"), "sizeInMiB")) &&
    (allowed.length === 0 || allowed.some((pattern) => matches(pattern, name))) &&
    !texts(requirements, "ExcludedInstanceType").some((pattern) => matches(pattern, name)) &&
    (manufacturers.length === 0 || manufacturers.some((one) => MANUFACTURERS[one] === manufacturer)) &&
    (generations.length === 0 || generations.includes(is("currentGeneration") ? "current" : "previous")) &&
    admits(text(requirements, "BurstablePerformance") ?? "excluded", is("burstablePerformanceSupported")) &&
    admits(text(requirements, "BareMetal") ?? "excluded", is("bareMetal")) &&
    admits(text(requirements, "LocalStorage") ?? "included", is("instanceStorageSupported"))
  );
}

function within(range: JsonObject, value = 0): boolean {
  return value >= (whole(range, "Min") ?? 0) && value <= (whole(range, "Max") ?? Number.POSITIVE_INFINITY);
}

function matches(pattern: string, name: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(name);
}

function admits(inclusion: string, has: boolean): boolean {
  return inclusion === "included" || (inclusion === "required") === has;
}
